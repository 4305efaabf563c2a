using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>Whether a chain leads to a trusted authority (RFC 5280, 6).</summary>
/// <param name="Trusted">True when it does and every certificate is valid now.</param>
/// <param name="Path">Leaf to anchor as far as it was built.</param>
/// <param name="Problem">Why it is not trusted, with a stable code, or null.</param>
public sealed record ChainVerdict(bool Trusted, IReadOnlyList<CertificateInfo> Path, PkiError? Problem);
