using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings;

/// <summary>Everything that the rules look at.</summary>
public sealed record FindingContext
{
    /// <summary>The leaf that is judged.</summary>
    public required CertificateInfo Certificate { get; init; }

    /// <summary>Its intermediates in the order in which they are served.</summary>
    public IReadOnlyList<CertificateInfo> Intermediates { get; init; } = [];

    /// <summary>What the repair of the uploaded chain did, when this is about an upload.</summary>
    public CertificateChain? Repaired { get; init; }

    /// <summary>The instant of evaluation.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Server, client, or none while nothing is bound to it (RFC 5280, 4.2.1.12).</summary>
    public BindingRole Role { get; init; }

    /// <summary>Host names that peers expect, in A- or U-labels; empty checks none.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>Whether peers of the open internet see it.</summary>
    public bool Public { get; init; }

    /// <summary>Whether it is the built-in demo certificate.</summary>
    public bool Demo { get; init; }

    /// <summary>Digest of the public key that belongs to the private key, or null when there is no key or it is not looked at.</summary>
    public string? PrivateKeyPublicSha256 { get; init; }

    /// <summary>What is trusted, or null to leave trust out.</summary>
    public TrustAnchors? Trust { get; init; }

    /// <summary>Bounds the work; each evaluation takes a part of its own.</summary>
    public WorkBudget Budget { get; init; } = WorkBudget.ForCertificate();

    /// <summary>The path that rules about chains look at, found when the first one asks.</summary>
    internal Lazy<JudgedPath> Path { get; init; } = new(static () => throw new InvalidOperationException("Nothing is evaluated."));
}
