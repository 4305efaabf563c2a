using Cluster.Storage.Secrets;

namespace Cluster.Storage.Access;

/// <summary>A bearer token of the REST API; only its hash is stored.</summary>
public sealed class ApiToken
{
    public required Guid Id { get; init; }

    /// <summary>Label, shown as author.</summary>
    public required string Name { get; set; }

    /// <summary>SHA-256 of the token, lower-case hex.</summary>
    public required string TokenHash { get; init; }

    /// <summary>Grants as canonical JSON.</summary>
    public required string Grants { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was used last, batched.</summary>
    public DateTimeOffset? LastUsed { get; set; }

    /// <summary>When it was withdrawn.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>An audit event; the events of one chain are linked by HMACs.</summary>
public sealed class AuditEvent
{
    public required Guid Id { get; init; }

    /// <summary>The cluster whose chain it is in; null = the installation's.</summary>
    public Guid? ClusterId { get; init; }

    /// <summary>Position in the chain, 1 or higher.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    /// <summary>What, for example <c>certificate.export</c>.</summary>
    public required string Action { get; init; }

    public required string Target { get; init; }

    /// <summary>Revision that it made; null = none.</summary>
    public long? Revision { get; init; }

    /// <summary>Trace id of the request.</summary>
    public string TraceId { get; init; } = "";

    /// <summary>More, as canonical JSON, without secrets.</summary>
    public string Detail { get; init; } = "{}";

    /// <summary>Hash of the event before; 64 zeros for the first.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>HMAC over the event and the hash before.</summary>
    public required string Hash { get; set; }
}

/// <summary>The stored answer to a request with an idempotency key.</summary>
public sealed class IdempotencyRecord
{
    /// <summary>SHA-256 over principal, method, path and key.</summary>
    public required string Key { get; init; }

    public required string BodyMac { get; init; }

    /// <summary>Status of the answer; 0 while the first request runs.</summary>
    public int Status { get; set; }

    /// <summary>Sealed headers and body of the answer.</summary>
    public byte[] SealedAnswer { get; set; } = [];

    /// <summary>When the request came; kept for 24 h.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Where the sealed answer of a key is bound to.</summary>
    public static SealContext ContextOf(string key) =>
        new(SealKinds.IdempotentAnswer, null, new Guid(Convert.FromHexString(key).AsSpan(0, 16), bigEndian: true), key);
}
