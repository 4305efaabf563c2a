namespace Cluster.Pki.Findings.Rules;

/// <summary>The key is too short or of a kind that peers do not take.</summary>
internal sealed class WeakKey : ICertificateRule
{
    public string Code => "weak-key";

    public string Reference => "CA/B Forum BR, 6.1.5; NIST SP 800-57";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        var key = context.Certificate.PublicKey;
        if (WeakKeys.IsWeak(key))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The key is {key.Algorithm} of {key.Size} bits; that is too weak.",
                "Make a new key: RSA of at least 2048 bits, or EC P-256.");
    }
}
