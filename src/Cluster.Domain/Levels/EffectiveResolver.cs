using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Levels;

/// <summary>Merges levels: of each item the nearest definition holds – machine, else group, else cluster.</summary>
public static class EffectiveResolver
{
    /// <summary>Resolves what holds for a machine of a group.</summary>
    /// <param name="snapshot">The items.</param>
    /// <param name="groupId">Group of the machine.</param>
    /// <param name="machineId">The machine; null = any machine of the group without a layer of its own.</param>
    public static EffectiveConfiguration Resolve(ConfigurationSnapshot snapshot, Guid groupId, Guid? machineId)
    {
        var definitions = new Dictionary<(string Kind, string Name), List<Item>>();
        if (machineId is { } id) Collect(definitions, snapshot.At(LevelKind.Machine, id));
        Collect(definitions, snapshot.At(LevelKind.Group, groupId));
        Collect(definitions, snapshot.At(LevelKind.Cluster, snapshot.ClusterId));
        return new EffectiveConfiguration(snapshot.Revision, definitions.Values.Select(list => new EffectiveItem(list[0], list.Count == 1 ? [] : list[1..])));
    }

    private static void Collect(Dictionary<(string Kind, string Name), List<Item>> definitions, IEnumerable<Item> level)
    {
        foreach (var item in level)
        {
            if (item.Key.Kind == Kinds.Groups) continue;
            var key = (item.Key.Kind, item.Key.Name);
            if (definitions.TryGetValue(key, out var list)) list.Add(item);
            else definitions.Add(key, [item]);
        }
    }
}
