using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers.Pkcs12;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Containers;

/// <summary>Writes certificates and keys in the formats that other software reads.</summary>
public static class CertificateWriter
{
    /// <summary>Writes a PKCS#12 with key, leaf and chain.</summary>
    /// <param name="key">The private key of the leaf.</param>
    /// <param name="certificates">Leaf first, then its chain.</param>
    /// <param name="friendlyName">Name shown by other software.</param>
    /// <param name="password">Password; may be empty, never null.</param>
    /// <param name="profile">Algorithms.</param>
    /// <exception cref="ArgumentException">The first certificate belongs to another key.</exception>
    public static byte[] Pkcs12(
        PrivateKeyMaterial key, IReadOnlyList<CertificateInfo> certificates, string friendlyName, string password, Pkcs12Profile profile)
    {
        DemandMatch(key, certificates);
        return Pkcs12Writer.Write(
            key, certificates, friendlyName, new Pkcs12Encryption(password, profile, RandomNumberGenerator.GetBytes));
    }

    /// <summary>
    /// As <see cref="Pkcs12"/>, but equal input gives equal bytes: salts and initialisation vectors are derived from the private key and
    /// all else that goes in, so that nobody without the key can foretell them.
    /// </summary>
    /// <param name="key">The private key of the leaf.</param>
    /// <param name="certificates">Leaf first, then its chain.</param>
    /// <param name="friendlyName">Name shown by other software.</param>
    /// <param name="password">Password; may be empty, never null.</param>
    /// <param name="profile">Algorithms.</param>
    /// <exception cref="ArgumentException">The first certificate belongs to another key.</exception>
    public static byte[] RepeatablePkcs12(
        PrivateKeyMaterial key, IReadOnlyList<CertificateInfo> certificates, string friendlyName, string password, Pkcs12Profile profile)
    {
        DemandMatch(key, certificates);
        var drawn = 0;
        var input = string.Join('\n', [friendlyName, password, profile.ToString(), .. certificates.Select(c => c.Sha256)]);
        return Pkcs12Writer.Write(key, certificates, friendlyName, new Pkcs12Encryption(password, profile, Draw));

        byte[] Draw(int length) => HMACSHA256.HashData(key.Pkcs8, Encoding.UTF8.GetBytes($"pkcs12 {drawn++}\n{input}"))[..length];
    }

    private static void DemandMatch(PrivateKeyMaterial key, IReadOnlyList<CertificateInfo> certificates)
    {
        if (certificates.Count == 0 || !certificates[0].PublicKey.Matches(key.Public))
            throw new ArgumentException("The first certificate must belong to the key.", nameof(certificates));
    }

    /// <summary>Concatenates certificates as PEM.</summary>
    public static string Pem(IEnumerable<CertificateInfo> certificates) => string.Concat(certificates.Select(c => c.ToPem()));

    /// <summary>Writes a certs-only PKCS#7 (degenerate SignedData, RFC 5652) as DER.</summary>
    public static byte[] Pkcs7(IEnumerable<CertificateInfo> certificates)
    {
        var zero = new Asn1Tag(TagClass.ContextSpecific, 0);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(zero))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf()) { }
                using (writer.PushSequence()) writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                // A plain sequence writer keeps the order leaf first, which readers of such bundles expect.
                using (writer.PushSequence(zero))
                    foreach (var certificate in certificates) writer.WriteEncodedValue(certificate.Der.Span);
                using (writer.PushSetOf()) { }
            }
        }

        return writer.Encode();
    }

    /// <summary>Writes a certs-only PKCS#7 as PEM.</summary>
    public static string Pkcs7Pem(IEnumerable<CertificateInfo> certificates) =>
        PemEncoding.WriteString("PKCS7", Pkcs7(certificates)) + "\n";
}
