using System.Formats.Asn1;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Pki.Issuing;

/// <summary>Shows what a self-signed certificate would say, without a key being made.</summary>
public static class PromisedCertificate
{
    /// <summary>
    /// As <see cref="SelfSigned.Create"/>, for a key that does not exist: kind, size and everything but serial number, key and
    /// digests are those that the certificate would have. It counts as self-signed; nobody can use it, and it is never stored or served.
    /// </summary>
    /// <param name="specification">Kind of key that would be made.</param>
    /// <param name="names">Checked names.</param>
    /// <param name="now">Now.</param>
    /// <param name="validFor">Length of the validity from now on.</param>
    public static CertificateInfo Create(KeySpecification specification, RequestedNames names, DateTimeOffset now, TimeSpan validFor)
    {
        var key = PublicKeyMaterial.TryRead(NobodysKey(specification))
            ?? throw new InvalidOperationException("A public key that was just made could not be read.");
        var generator = new KeySignatureGenerator(key, static _ => new byte[1]);
        return CertificateIssuing.IssueSelfSigned(generator, SelfSigned.Order(key, names, now, validFor)).AsSelfSigned();
    }

    // A public key of the right shape that has no private one: a modulus that is no product of two primes, a point that is on no curve.
    private static byte[] NobodysKey(KeySpecification specification)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(
                    specification.Algorithm switch { KeyAlgorithm.Rsa => Oids.Rsa, KeyAlgorithm.Ec => Oids.Ec, _ => Oids.Ed25519 });
                if (specification.Algorithm == KeyAlgorithm.Rsa) writer.WriteNull();
                if (specification.Algorithm == KeyAlgorithm.Ec)
                    writer.WriteObjectIdentifier(specification.Size switch { 256 => Oids.P256, 384 => Oids.P384, _ => Oids.P521 });
            }

            writer.WriteBitString(specification.Algorithm switch
            {
                KeyAlgorithm.Rsa => RsaKey(specification.Size / 8),
                KeyAlgorithm.Ec => [4, .. new byte[2 * ((specification.Size + 7) / 8)]],
                _ => new byte[32],
            });
        }

        return writer.Encode();
    }

    private static byte[] RsaKey(int bytes)
    {
        var modulus = new byte[bytes];
        (modulus[0], modulus[^1]) = (0x80, 1);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(modulus);
            writer.WriteInteger(65537);
        }

        return writer.Encode();
    }
}
