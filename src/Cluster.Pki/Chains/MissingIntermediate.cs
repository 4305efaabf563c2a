namespace Cluster.Pki.Chains;

/// <summary>An issuer that is needed and was not found.</summary>
/// <param name="Issuer">Distinguished name of the issuer that is looked for.</param>
/// <param name="Urls">Where the certificate below says it can be fetched; only named, never fetched.</param>
public sealed record MissingIntermediate(string Issuer, IReadOnlyList<string> Urls);
