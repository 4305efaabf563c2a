using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>Every name in an effective configuration leads to an object in it.</summary>
internal static class ReferenceRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input) =>
        from item in machines.Effective.Items
        from reference in KindRegistry.Get(item.Kind).References(item.Item.Document!)
        where machines.Effective.Find(reference.Kind, reference.Name) is null
        select machines.Effective.FindHidden(reference.Kind, reference.Name) is { } hidden
            ? Hidden(item, reference, input.Fleet.LevelOf(hidden.Item.Key.LevelKind, hidden.Item.Key.LevelId).ToString())
            : Dangling(item, reference);

    private static RawFinding Hidden(EffectiveItem item, ItemReference reference, string level) => RawFinding.Error(
        "hidden-reference",
        item.Item,
        $"{Names(item, reference)}, which {level} hides.",
        $"Define the object at {level} or DELETE what hides it there, or name another one.") with
        {
            Detail = Target(reference)
        };

    private static RawFinding Dangling(EffectiveItem item, ItemReference reference) => RawFinding.Error(
        "dangling-reference",
        item.Item,
        $"{Names(item, reference)}, which no level defines there.",
        "Define the object at a level that holds there, or name another one.") with
        {
            Detail = Target(reference)
        };

    private static string Names(EffectiveItem item, ItemReference reference) =>
        $"{item.Kind}/{item.Name} names {Target(reference)} ({reference.Pointer})";

    private static string Target(ItemReference reference) => $"{reference.Kind}/{reference.Name}";
}
