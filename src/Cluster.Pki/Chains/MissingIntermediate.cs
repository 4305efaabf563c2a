namespace Cluster.Pki.Chains;

/// <summary>An issuer that is needed and was not found.</summary>
/// <param name="Issuer">Distinguished name of the issuer that is looked for.</param>
/// <param name="Urls">Where the certificate below says it can be fetched; only named, never fetched.</param>
/// <param name="MayBeRoot">True when the certificate below is itself an authority, so that its issuer may be a root, which is not
/// served; false when an intermediate is missing for sure.</param>
public sealed record MissingIntermediate(string Issuer, IReadOnlyList<string> Urls, bool MayBeRoot);
