using System.Text.Json;

namespace Cluster.Contracts.Audit;

/// <summary>An audit event; the events of one chain are linked by HMACs.</summary>
public sealed record AuditEventShape
{
    /// <summary>UUIDv7; grows with time within one manager.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name of the cluster whose chain it is in; absent = the installation's chain, or the cluster is gone.</summary>
    public string? Cluster { get; init; }

    /// <summary>Position in its chain, 1 or higher.</summary>
    public required long Sequence { get; init; }

    /// <summary>Instant of the event by the manager's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: the name of a token, of a machine, or of the program.</summary>
    public required string Actor { get; init; }

    /// <summary>What, noun and verb.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to, as a path below the cluster, for example <c>listeners/mx@cluster</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Number of the revision that the event made; absent = it made none.</summary>
    public long? Revision { get; init; }

    /// <summary>Trace id of the request.</summary>
    public string? TraceId { get; init; }

    /// <summary>More, without secrets.</summary>
    public JsonElement? Detail { get; init; }

    /// <summary>Hash of the event before in its chain.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>HMAC over the event and the hash before.</summary>
    public required string Hash { get; init; }
}
