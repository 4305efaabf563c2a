using System.Security.Cryptography;
using System.Text;
using Cluster.Contracts.Bundles;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Checks a certificate before it is written: Postfix's own check finds none of these faults, and serves broken TLS.</summary>
internal static class CertificateRules
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Reads the chain; null when something stands in <paramref name="problems"/>.</summary>
    public static IReadOnlyList<CertificateInfo>? Read(string name, PartCertificate certificate, List<PartProblem> problems)
    {
        var chain = certificate.Chain.Select(TryRead).ToArray();
        if (chain.Length == 0 || chain.Any(c => c is null))
        {
            problems.Add(new PartProblem("certificate-unreadable", $"Certificate {name}: an entry of the chain is no certificate."));
            return null;
        }

        CertificateInfo[] read = [.. chain.OfType<CertificateInfo>()];
        if (read[0].Sha256 != certificate.Sha256 || read[0].PublicKeySha256 != certificate.PublicKeySha256)
        {
            problems.Add(new PartProblem("certificate-mismatch", $"Certificate {name}: the chain does not begin with the certificate that the part names."));
            return null;
        }

        for (var i = 1; i < read.Length; i++)
        {
            if (read[i - 1].IsIssuedBy(read[i])) continue;
            problems.Add(new PartProblem("chain-order", $"Certificate {name}: {read[i].Subject} is not the issuer of {read[i - 1].Subject}."));
            return null;
        }

        return read;
    }

    /// <summary>A new certificate must be valid now; one that is served already only gets a warning.</summary>
    public static void CheckDates(string name, CertificateInfo leaf, bool servedAlready, DateTimeOffset now, List<PartProblem> problems, List<string> warnings)
    {
        var text = leaf.NotAfter < now ? $"Certificate {name} expired on {leaf.NotAfter:u}."
            : leaf.NotBefore > now + Skew ? $"Certificate {name} is valid only from {leaf.NotBefore:u}."
            : null;
        if (text is null) return;
        if (servedAlready) warnings.Add(text);
        else problems.Add(new PartProblem(leaf.NotAfter < now ? "certificate-expired" : "certificate-not-yet-valid", text));
    }

    /// <summary>PEM text, key first, then leaf and intermediates; null when something stands in <paramref name="problems"/>. The caller clears it.</summary>
    public static byte[]? Compose(string name, byte[] pkcs8, IReadOnlyList<CertificateInfo> chain, List<PartProblem> problems)
    {
        using var key = PrivateKeyMaterial.TryReadPkcs8(pkcs8);
        if (key is null || key.PublicKeySha256 != chain[0].PublicKeySha256)
        {
            problems.Add(new PartProblem("key-mismatch", $"Certificate {name}: the private key is not that of the certificate."));
            return null;
        }

        var keyText = PemEncoding.Write("PRIVATE KEY", pkcs8);
        try
        {
            var rest = string.Concat(chain.Select(c => c.ToPem()));
            var result = new byte[keyText.Length + 1 + rest.Length];
            var at = Ascii(keyText, result);
            result[at++] = (byte)'\n';
            Ascii(rest, result.AsSpan(at));
            return result;
        }
        finally
        {
            Array.Clear(keyText);
        }
    }

    private static int Ascii(ReadOnlySpan<char> text, Span<byte> target) => Encoding.ASCII.GetBytes(text, target);

    private static CertificateInfo? TryRead(string base64)
    {
        var der = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, der, out var length) ? CertificateInfo.TryRead(der.AsSpan(0, length)) : null;
    }
}
