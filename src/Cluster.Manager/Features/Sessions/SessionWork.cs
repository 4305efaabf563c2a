using Cluster.Manager.Features.Enrollment;
using Cluster.Protocol;
using Cluster.Protocol.V1;

namespace Cluster.Manager.Features.Sessions;

/// <summary>What every stream works with.</summary>
internal sealed class SessionWork(SessionOpenings openings, AgentReader reader, SendingPace pace, SessionStart start, SessionLimits limits, TimeProvider clock)
{
    /// <summary>Stores openings.</summary>
    public SessionOpenings Openings => openings;

    /// <summary>Reads messages.</summary>
    public AgentReader Reader => reader;

    /// <summary>Pace of writing.</summary>
    public SendingPace Pace => pace;

    /// <summary>Bundles and parts.</summary>
    public ContentCatalog Catalog => start.Catalog;

    /// <summary>Timing and limits.</summary>
    public SessionLimits Limits => limits;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Makes the id of a stream; which of two is newer, its number says.</summary>
    public Guid NewStreamId() => Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>The answer to Hello.</summary>
    public Welcome WelcomeFor(SessionOpened opened, DateTimeOffset renewAfter) => new()
    {
        Protocol = ProtocolLimits.Version,
        HeartbeatSeconds = (uint)limits.HeartbeatSeconds,
        ManagerTime = Now.ToUnixTimeMilliseconds(),
        ReconnectSpreadSeconds = (uint)limits.ReconnectSpreadSeconds,
        StatusSequence = opened.StatusSequence,
        Notice = opened.Standing.ToNotice(),
        RenewAfter = renewAfter.ToUnixTimeMilliseconds(),
    };

    /// <summary>When the agent should ask for its next identity: at half of its life, spread by a tenth either way.</summary>
    public Task<DateTimeOffset> RenewAfterAsync(MachinePrincipal machine, CancellationToken ct) => start.RenewAfterAsync(machine, ct);

    /// <summary>Gives a new stream what the machine lacks.</summary>
    public Task BeginAsync(AgentConnection connection, Hello hello, SessionOpened opened, CancellationToken ct) => start.BeginAsync(connection, hello, opened, ct);

    /// <summary>Notes that a stream ended.</summary>
    public void Closed(AgentConnection connection) => start.Closed(connection);
}
