using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Sessions;

/// <summary>Whether a machine's stream is open: on this manager at once, on others by what they stored and while their leases run.</summary>
internal sealed class MachinePresence(SessionRegistry registry, ManagerLeases leases)
{
    /// <summary>Whether a stream of the machine is open somewhere.</summary>
    public bool IsConnected(Guid machineId, MachineReport? report) =>
        registry.Find(machineId) is not null || (report is { StreamId: not null, ManagerId: { } manager } && leases.IsAlive(manager));
}
