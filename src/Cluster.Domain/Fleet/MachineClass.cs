using Cluster.Contracts.Levels;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;

namespace Cluster.Domain.Fleet;

/// <summary>
/// Machines that differ in nothing – group, own layer, capabilities – and so share one effective configuration and one bundle.
/// </summary>
public sealed record MachineClass
{
    /// <summary>Whose level lies between machine and cluster.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>The machine, when it has a layer of its own.</summary>
    public MachineFacts? Own { get; init; }

    /// <summary>The machines; none for a group without machines.</summary>
    public required IReadOnlyList<MachineFacts> Machines { get; init; }

    /// <summary>Services that each of them announces.</summary>
    public required IReadOnlyList<ServiceCapabilities> Services { get; init; }

    /// <summary>Hash of these capabilities; empty = none.</summary>
    public required string CapabilityHash { get; init; }

    /// <summary>What holds for them.</summary>
    public required EffectiveConfiguration Effective { get; init; }

    /// <summary>Sorts the machines of a cluster into classes; a group without machines is one too, so that it is validated.</summary>
    public static IReadOnlyList<MachineClass> Of(ConfigurationSnapshot snapshot, FleetFacts fleet)
    {
        var owners = snapshot.Items.Where(i => i.Key.LevelKind == LevelKind.Machine).Select(i => i.Key.LevelId).ToHashSet();
        var plain = fleet.Groups.Select(g => g.Id).Union(fleet.Machines.Select(m => m.GroupId))
            .ToDictionary(id => id, id => EffectiveResolver.Resolve(snapshot, id, null));
        var classes = fleet.Machines
            .GroupBy(m => (m.GroupId, Own: owners.Contains(m.Id) ? m.Id : (Guid?)null, m.CapabilityHash))
            .Select(g => new MachineClass
            {
                GroupId = g.Key.GroupId,
                Own = g.Key.Own is null ? null : g.First(),
                Machines = [.. g],
                Services = g.First().Services,
                CapabilityHash = g.Key.CapabilityHash,
                Effective = g.Key.Own is { } id ? EffectiveResolver.Resolve(snapshot, g.Key.GroupId, id) : plain[g.Key.GroupId],
            })
            .ToList();
        var shown = classes.Where(c => c.Own is null).Select(c => c.GroupId).ToHashSet();
        classes.AddRange(plain.Where(p => !shown.Contains(p.Key)).Select(p => new MachineClass
        {
            GroupId = p.Key, Machines = [], Services = [], CapabilityHash = "", Effective = p.Value,
        }));
        return [
            .. classes.OrderBy(c => c.Own is not null)
                .ThenBy(c => c.GroupId)
                .ThenBy(c => c.Own?.Id)
                .ThenBy(c => c.CapabilityHash, StringComparer.Ordinal)
        ];
    }
}
