using Cluster.Domain.Fleet;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>Every name in an effective configuration leads to an object in it.</summary>
internal static class ReferenceRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        foreach (var item in machines.Effective.Items)
        {
            foreach (var reference in KindRegistry.Get(item.Kind).References(item.Item.Document!))
            {
                if (machines.Effective.Find(reference.Kind, reference.Name) is not null) continue;
                var hidden = machines.Effective.IsHidden(reference.Kind, reference.Name);
                yield return RawFinding.Error(
                    hidden ? "hidden-reference" : "dangling-reference",
                    item.Item,
                    hidden
                        ? $"{item.Kind}/{item.Name} names {reference.Kind}/{reference.Name} ({reference.Pointer}), which is hidden there."
                        : $"{item.Kind}/{item.Name} names {reference.Kind}/{reference.Name} ({reference.Pointer}), which no level "
                            + "defines there.",
                    "Define the object at a level that holds there, or name another one.") with
                    {
                        Detail = $"{reference.Kind}/{reference.Name}"
                    };
            }
        }
    }
}
