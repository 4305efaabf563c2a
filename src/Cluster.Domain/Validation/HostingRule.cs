using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>What no machine that has joined serves has no effect anywhere: said for every kind that has a word for it.</summary>
internal static class HostingRule
{
    public static IEnumerable<RawFinding> Check(IReadOnlyList<MachineClass> classes)
    {
        foreach (var kind in KindRegistry.All)
        {
            foreach (var item in Unserved(classes, kind))
            {
                if (kind.WhenNotServed(item) is { } said) yield return RawFinding.Warning(said.Code, item, said.Message, said.Hint);
            }
        }
    }

    private static IEnumerable<Item> Unserved(IReadOnlyList<MachineClass> classes, KindDefinition kind)
    {
        var items = new Dictionary<ItemKey, Item>();
        var served = new HashSet<ItemKey>();
        foreach (var machines in classes)
        {
            foreach (var found in machines.Effective.Of(kind.Kind))
            {
                items.TryAdd(found.Item.Key, found.Item);
                if (machines.Services.Any(s => kind.Reaches(found.Name, s))) served.Add(found.Item.Key);
            }
        }

        return items.Where(i => !served.Contains(i.Key)).Select(i => i.Value);
    }
}
