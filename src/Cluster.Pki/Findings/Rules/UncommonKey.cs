using Cluster.Pki.Keys;

namespace Cluster.Pki.Findings.Rules;

/// <summary>The key is strong, but of a kind that many peers of the open internet cannot use.</summary>
internal sealed class UncommonKey : ICertificateRule
{
    public string Code => "uncommon-key";

    public string Reference => "CA/B Forum BR, 6.1.5; RFC 8446, 4.2.3; RFC 8422, 5.1.1";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (!context.Public || Without(context.Certificate.PublicKey) is not { } peers) yield break;
        yield return new(
            Code,
            PkiSeverity.Warning,
            $"The key is {KeyTexts.Name(context.Certificate.PublicKey)}: public authorities do not certify it, and TLS fails with {peers}.",
            "Use RSA or EC P-256; a listener may show this one as the alternate beside it.");
    }

    /// <summary>The peers that cannot use the key; null = there are few.</summary>
    private static string? Without(PublicKeyMaterial key) => key.Algorithm switch
    {
        // DSA is weak, and told as that.
        KeyAlgorithm.Rsa or KeyAlgorithm.Dsa => null,
        KeyAlgorithm.Ec when key.Curve is Oids.P256 or Oids.P384 or Oids.P521 => null,
        KeyAlgorithm.Ec when key.Curve is null => "every peer that takes only curves with a name, which RFC 8422 asks for",
        KeyAlgorithm.Ec => "every peer that knows only the curves P-256, P-384 and P-521, among them Exchange and Gmail",
        KeyAlgorithm.Ed25519 => "Exchange and other peers on Windows, browsers, Java before 16 and OpenSSL before 1.1.1",
        KeyAlgorithm.Ed448 => "nearly every peer but OpenSSL since 1.1.1 and GnuTLS",
        KeyAlgorithm.RsaPss => "browsers, Go and others that know rsaEncryption keys only",
        _ => "peers that do not know this kind",
    };
}
