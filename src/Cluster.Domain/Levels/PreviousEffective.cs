using Cluster.Domain.Fleet;

namespace Cluster.Domain.Levels;

/// <summary>What held before a change for the machines of a class after it.</summary>
internal sealed class PreviousEffective(ResolvedConfiguration before)
{
    private readonly Dictionary<(Guid Group, Guid? Own, string Capabilities), EffectiveConfiguration> known =
        before.Classes.ToDictionary(Identity, c => c.Effective);

    /// <summary>A machine whose own layer is made or removed by the change is compared with what held for it before.</summary>
    public EffectiveConfiguration Of(MachineClass machines) => known.GetValueOrDefault(Identity(machines))
        ?? EffectiveResolver.Resolve(before.Snapshot, machines.GroupId, machines.Machines.Count > 0 ? machines.Machines[0].Id : null);

    private static (Guid Group, Guid? Own, string Capabilities) Identity(MachineClass machines) =>
        (machines.GroupId, machines.Own?.Id, machines.CapabilityHash);
}
