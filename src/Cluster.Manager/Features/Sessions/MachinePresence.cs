using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Sessions;

/// <summary>Whether a machine's stream is open: on this manager at once, on others by what they write in batches.</summary>
internal sealed class MachinePresence(SessionRegistry registry, SessionLimits limits, TimeProvider clock)
{
    /// <summary>Whether a stream of the machine is open somewhere.</summary>
    public bool IsConnected(Guid machineId, MachineReport? report) => registry.Find(machineId) is not null || IsConnectedElsewhere(report?.StreamId, report?.LastSeen);

    /// <summary>Whether what another manager wrote says that a stream is open there; stale after three intervals, as when that manager died.</summary>
    public bool IsConnectedElsewhere(Guid? streamId, DateTimeOffset? lastSeen) => streamId is not null && lastSeen > clock.GetUtcNow() - (3 * limits.LastSeenInterval);
}
