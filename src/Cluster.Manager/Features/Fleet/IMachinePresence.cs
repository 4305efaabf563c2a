using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Fleet;

/// <summary>Whether a machine's stream is open, on whichever manager.</summary>
internal interface IMachinePresence
{
    /// <summary>Whether a stream of the machine is open somewhere.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="report">Its stored report, which names the manager that holds its stream; null = it has never connected.</param>
    bool IsConnected(Guid machineId, MachineReport? report);
}
