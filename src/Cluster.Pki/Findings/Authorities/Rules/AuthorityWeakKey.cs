namespace Cluster.Pki.Findings.Authorities.Rules;

/// <summary>The key of an authority is too short or of a kind that peers do not take.</summary>
internal sealed class AuthorityWeakKey : IAuthorityRule
{
    public string Code => "authority-weak-key";

    public string Reference => "CA/B Forum BR, 6.1.5; NIST SP 800-57";

    public IEnumerable<CertificateFinding> Check(AuthorityContext context)
    {
        if (WeakKeys.IsWeak(context.Certificate.PublicKey))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The key of the authority '{context.Certificate.Subject}' is {context.Certificate.KeyAlgorithm} of "
                    + $"{context.Certificate.KeySize} bits; that is too weak to be trusted.",
                "Replace it by the authority's newer certificate.");
    }
}
