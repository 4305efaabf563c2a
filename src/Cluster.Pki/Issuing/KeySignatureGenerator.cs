using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Issuing;

/// <summary>Lets the platform's certificate builder sign with any key of this library, Ed25519, Ed448 and RSA-PSS included.</summary>
internal sealed class KeySignatureGenerator(PublicKeyMaterial key, Func<byte[], byte[]> sign) : X509SignatureGenerator
{
    public KeySignatureGenerator(PrivateKeyMaterial key)
        : this(key.Public, data => key.Sign(data))
    {
    }

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        if (key.Algorithm == KeyAlgorithm.RsaPss) return (key.Pss ?? PssParameters.Usual).ToIdentifier();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Algorithm());
            if (key.Algorithm == KeyAlgorithm.Rsa) writer.WriteNull();
        }

        return writer.Encode();
    }

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => sign(data);

    protected override PublicKey BuildPublicKey() => key.ToPublicKey();

    private string Algorithm() => key.Algorithm switch
    {
        KeyAlgorithm.Rsa => "1.2.840.113549.1.1.11",
        KeyAlgorithm.Ec => key.Size switch
        {
            <= 256 => "1.2.840.10045.4.3.2",
            <= 384 => "1.2.840.10045.4.3.3",
            _ => "1.2.840.10045.4.3.4",
        },
        KeyAlgorithm.Ed25519 => Oids.Ed25519,
        KeyAlgorithm.Ed448 => Oids.Ed448,
        _ => throw new NotSupportedException($"Keys of type {key.Algorithm} do not sign here."),
    };
}
