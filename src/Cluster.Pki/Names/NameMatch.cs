namespace Cluster.Pki.Names;

/// <summary>Which name of a certificate matched which reference identity.</summary>
/// <param name="Presented">The SAN entry, or the CN, as it stands in the certificate.</param>
/// <param name="Reference">The reference identity that it matched.</param>
/// <param name="ByCommonName">True when only the CN matched because the certificate has no SAN; RFC 9525 peers refuse that.</param>
public sealed record NameMatch(string Presented, ReferenceIdentity Reference, bool ByCommonName);
