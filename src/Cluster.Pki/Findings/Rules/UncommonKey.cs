using Cluster.Pki.Keys;

namespace Cluster.Pki.Findings.Rules;

/// <summary>The key is strong, but of a kind that many peers of the open internet cannot use.</summary>
internal sealed class UncommonKey : ICertificateRule
{
    public string Code => "uncommon-key";

    public string Reference => "CA/B Forum BR, 6.1.5";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (IsCommon(context.Certificate.PublicKey) || !(context.Public || IsRare(context.Certificate.PublicKey))) yield break;
        var kind = context.Certificate.PublicKey is { Algorithm: KeyAlgorithm.Ec } key
            ? $"EC on the curve {key.Curve ?? "that it only spells out"}"
            : $"{context.Certificate.KeyAlgorithm}";
        yield return new(
            Code,
            context.Public ? PkiSeverity.Warning : PkiSeverity.Info,
            $"The key is {kind}: public authorities do not certify it, and many peers cannot use it; TLS with those fails.",
            "Use RSA or EC P-256; a listener may show this one as the alternate beside it.");
    }

    // Software of one's own is seldom ready for these either, so that they are pointed out wherever they stand.
    private static bool IsRare(PublicKeyMaterial key) => key.Algorithm is KeyAlgorithm.RsaPss or KeyAlgorithm.Ed448;

    private static bool IsCommon(PublicKeyMaterial key) => key.Algorithm switch
    {
        KeyAlgorithm.Rsa => true,
        KeyAlgorithm.Ec => key.Curve is Oids.P256 or Oids.P384 or Oids.P521,
        // DSA is weak, and told as that.
        KeyAlgorithm.Dsa => true,
        _ => false,
    };
}
