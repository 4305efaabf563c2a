using Cluster.Manager.Features.Fleet;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>
/// Whether a machine's stream is open: on this manager at once, on others by what they stored and while their leases run.
/// </summary>
internal sealed class MachinePresence(SessionRegistry registry, ManagerLeases leases) : IMachinePresence
{
    /// <inheritdoc/>
    public bool IsConnected(Guid machineId, MachineReport? report) =>
        registry.Find(machineId) is not null || (report is { StreamId: not null, ManagerId: { } manager } && leases.IsAlive(manager));
}
