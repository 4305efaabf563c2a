using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Rollouts.Progress;
using Cluster.Manager.Features.Sessions.Reports;
using Cluster.Protocol.V1;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>
/// Lets streams begin and end: whoever must know of one learns of it here, and a new one is given what the machine lacks.
/// </summary>
internal sealed class OpenStreams(
    SessionRegistry registry, ControlAuthority authority, StateForkDetector forks, RolloutWakeups wakeups, StreamPresence presence)
{
    /// <summary>True once the manager is going down: no new streams.</summary>
    public bool Draining => registry.Draining;

    /// <summary>Adds a stream whose opening is durable; an older one of the machine ends.</summary>
    public void Add(AgentConnection connection) => registry.Add(connection);

    /// <summary>
    /// Gives a stream that was welcomed what the machine lacks; one that has its newest assignment, trust set and status already
    /// is sent nothing.
    /// </summary>
    public async Task BeginAsync(AgentConnection connection, Hello hello, SessionOpened opened, CancellationToken ct)
    {
        connection.TrustSetNumber = hello.TrustSetNumber;
        if ((long)hello.TrustSetNumber < authority.Keys.TrustSetNumber) connection.Trust(authority.TrustSet);
        if (hello.Assignment is { } held && await forks.AcceptAsync(connection, held, ct)) connection.Answered((long)held.Number);
        if (opened.Moved) wakeups.Moved([connection.Machine.MachineId]);
        // Reads what changed while the stream was being opened, and what it should have.
        presence.Opened(connection);
    }

    /// <summary>Takes out a stream that ended.</summary>
    public void End(AgentConnection connection)
    {
        registry.Remove(connection);
        presence.Closed(connection);
        wakeups.Reported([connection.Machine.ClusterId]);
    }
}
