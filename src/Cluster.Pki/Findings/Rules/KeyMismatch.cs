namespace Cluster.Pki.Findings.Rules;

/// <summary>Certificate and private key are not a pair.</summary>
internal sealed class KeyMismatch : ICertificateRule
{
    public string Code => "key-mismatch";

    public string Reference => "RFC 8446, 4.4.3";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.PrivateKeyPublicSha256 is { } key && key != context.Certificate.PublicKeySha256)
            yield return new(
                Code,
                PkiSeverity.Error,
                "The private key does not belong to the certificate.",
                "Upload the certificate that was issued for this key, or import the pair again.");
    }
}
