using System.Runtime.InteropServices;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Levels;

/// <summary>Merges levels: of each item the nearest definition holds – machine, else group, else cluster.</summary>
public static class EffectiveResolver
{
    /// <summary>The kinds of levels in the order in which a definition is looked for.</summary>
    public static IReadOnlyList<LevelKind> NearestFirst { get; } = [LevelKind.Machine, LevelKind.Group, LevelKind.Cluster];

    /// <summary>Resolves what holds for a machine of a group.</summary>
    /// <param name="snapshot">The items.</param>
    /// <param name="groupId">Group of the machine.</param>
    /// <param name="machineId">The machine; null = any machine of the group without a layer of its own.</param>
    public static EffectiveConfiguration Resolve(ConfigurationSnapshot snapshot, Guid groupId, Guid? machineId)
    {
        var definitions = new Dictionary<(string Kind, string Name), EffectiveItem>();
        foreach (var kind in NearestFirst)
        {
            Guid? level = kind switch
            {
                LevelKind.Machine => machineId,
                LevelKind.Group => groupId,
                LevelKind.Cluster => snapshot.ClusterId,
                _ => throw new InvalidOperationException($"Unknown kind of level: {kind}."),
            };
            if (level is { } id) Collect(definitions, snapshot.At(kind, id));
        }

        return new EffectiveConfiguration(snapshot.Revision, definitions.Values);
    }

    private static void Collect(Dictionary<(string Kind, string Name), EffectiveItem> definitions, IEnumerable<Item> level)
    {
        foreach (var item in level)
        {
            if (item.Key.Is<GroupSettings>()) continue;
            ref var nearest = ref CollectionsMarshal.GetValueRefOrAddDefault(definitions, (item.Key.Kind, item.Key.Name), out var known);
            nearest = known ? nearest! with { Overrides = [.. nearest.Overrides, item] } : new EffectiveItem(item, []);
        }
    }
}
