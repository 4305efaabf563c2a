using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>Authorities that end a chain; build it once and use it for many chains.</summary>
public sealed class TrustAnchors
{
    private readonly Lazy<AnchorSet> own;

    /// <summary>Takes the authorities.</summary>
    /// <param name="authorities">Own authorities; one that is not self-signed ends a chain too.</param>
    /// <param name="useSystem">Whether this host's own list counts as well.</param>
    /// <param name="system">What stands for this host's own list; null = the list itself.</param>
    public TrustAnchors(IReadOnlyList<CertificateInfo> authorities, bool useSystem, IReadOnlyList<CertificateInfo>? system = null)
    {
        Authorities = authorities;
        UseSystem = useSystem;
        IReadOnlyList<CertificateInfo> known = useSystem ? system ?? SystemAuthorities.All : [];
        Set = new AnchorSet([.. authorities, .. known]);
        own = new Lazy<AnchorSet>(() => new AnchorSet(authorities));
    }

    /// <summary>Authorities of the cluster, enabled ones only; they count besides the system list when that is on.</summary>
    public IReadOnlyList<CertificateInfo> Authorities { get; }

    /// <summary>Whether this host's own list counts as well.</summary>
    public bool UseSystem { get; }

    internal AnchorSet Set { get; }

    /// <summary>Whether it is a public authority: only the host's own list has it, and the cluster did not add it.</summary>
    internal bool IsPublic(CertificateInfo authority) => Set.Contains(authority) && !own.Value.Contains(authority);

    /// <summary>Whether one of them issued the certificate.</summary>
    internal bool Issued(CertificateInfo certificate, WorkBudget budget) =>
        Set.Named(certificate.IssuerForm).Any(issuer => budget.IsIssuedBy(certificate, issuer));

    /// <summary>Whether a path holds one of them above its leaf, or ends below one.</summary>
    internal bool Reaches(ChainPath path, WorkBudget budget) =>
        path.Certificates.Skip(1).Any(Set.Contains) || Issued(path.Certificates[^1], budget);
}
