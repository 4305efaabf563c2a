using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>A chain as it is served: leaf, then each issuer of the one before, without the root.</summary>
public sealed record CertificateChain
{
    /// <summary>End entity certificate, no CA, first of the chain that a server sends.</summary>
    public required CertificateInfo Leaf { get; init; }

    /// <summary>Intermediates in order.</summary>
    public required IReadOnlyList<CertificateInfo> Intermediates { get; init; }

    /// <summary>The root that closes the chain, when it was given or is in the pool; it is not served.</summary>
    public CertificateInfo? Root { get; init; }

    /// <summary>Leaf and intermediates in order.</summary>
    public IReadOnlyList<CertificateInfo> Served => [Leaf, .. Intermediates];

    /// <summary>Intermediates that came from the pool and not with the upload.</summary>
    public required IReadOnlyList<CertificateInfo> TakenFromPool { get; init; }

    /// <summary>Certificates that belong to no path of this leaf, and cross-signed alternatives that were not needed, by digest.</summary>
    public required IReadOnlyList<CertificateInfo> Extra { get; init; }

    /// <summary>Certificates that were given more than once, by digest.</summary>
    public required IReadOnlyList<CertificateInfo> Duplicates { get; init; }

    /// <summary>Whether the given order was another one.</summary>
    public required bool Reordered { get; init; }

    /// <summary>
    /// The issuer above the last served certificate that was not found, or null when the chain is closed or ends below a trusted
    /// authority.
    /// </summary>
    public MissingIntermediate? Missing { get; init; }

    /// <summary>Whether the search ended before everything was tried, since it would have cost too much.</summary>
    public bool Cut { get; init; }
}
