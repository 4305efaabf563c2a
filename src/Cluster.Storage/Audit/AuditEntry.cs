namespace Cluster.Storage.Audit;

/// <summary>What an audit event says; never a secret.</summary>
/// <param name="ClusterId">The cluster whose chain it goes to; null = the installation's.</param>
/// <param name="Actor">Who: the name of a token, of a machine, or of the program.</param>
/// <param name="Action">What, noun and verb, for example <c>certificate.export</c>.</param>
/// <param name="Target">On what, for example <c>certificates/mx@cluster</c>.</param>
public sealed record AuditEntry(Guid? ClusterId, string Actor, string Action, string Target)
{
    /// <summary>Revision that it made; null = none.</summary>
    public long? Revision { get; init; }

    /// <summary>Trace id of the request; empty = none.</summary>
    public string TraceId { get; init; } = "";

    /// <summary>More, as a JSON object without secrets.</summary>
    public string Detail { get; init; } = "{}";
}

/// <summary>The end of a chain.</summary>
/// <param name="Sequence">Number of its newest event; 0 = none.</param>
/// <param name="Hash">Hash of that event; 64 zeros when there is none.</param>
public readonly record struct AuditHead(long Sequence, string Hash)
{
    /// <summary>The head of an empty chain.</summary>
    public static AuditHead Empty { get; } = new(0, new string('0', 64));
}

/// <summary>What came of checking a chain.</summary>
/// <param name="Head">The last event that fits.</param>
/// <param name="BrokenAt">Sequence number at which the chain does not fit any more; null = intact.</param>
/// <param name="Problem">What is wrong there, for people; empty when intact.</param>
public sealed record AuditVerdict(AuditHead Head, long? BrokenAt, string Problem);
