using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Authorities;

/// <summary>A trusted authority with what stands beside it.</summary>
public sealed record AuthorityContext
{
    /// <summary>A root or intermediate as one of the trusted authorities of a cluster names it.</summary>
    public required CertificateInfo Certificate { get; init; }

    /// <summary>Everything that is trusted together with it, or null to leave that out.</summary>
    public TrustAnchors? Trust { get; init; }

    /// <summary>Other places that hold the same certificate, for people.</summary>
    public IReadOnlyList<string> AlsoIn { get; init; } = [];

    /// <summary>Bounds the work; each evaluation takes a part of its own.</summary>
    public WorkBudget Budget { get; init; } = WorkBudget.ForCertificate();

    /// <summary>The instant of evaluation.</summary>
    public required DateTimeOffset Now { get; init; }
}
