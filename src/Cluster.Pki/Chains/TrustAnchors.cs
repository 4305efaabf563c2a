using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>Authorities that end a chain.</summary>
/// <param name="Authorities">Own authorities; intermediates count too.</param>
/// <param name="UseSystem">Whether this host's own list counts as well.</param>
public sealed record TrustAnchors(IReadOnlyList<CertificateInfo> Authorities, bool UseSystem);
