using System.Formats.Asn1;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Findings;

/// <summary>
/// What verifying a signature costs, in verifications with RSA-4096 or P-256: who makes a certificate chooses the size of the key
/// and of its exponent.
/// </summary>
internal static class SignatureCost
{
    // Bits of the usual exponent 65537, rounded up.
    private const int UsualExponent = 32;
    // The library for what the runtime has no verifier for is that much slower.
    private const int Managed = 8;

    public static int Of(PublicKeyMaterial key) => key.Algorithm switch
    {
        KeyAlgorithm.Rsa => Squares(key) * Exponents(key),
        KeyAlgorithm.RsaPss => Squares(key) * Exponents(key) * Managed,
        KeyAlgorithm.Dsa => Squares(key) * Managed,
        KeyAlgorithm.Ec or KeyAlgorithm.Ed25519 => 1,
        _ => Managed,
    };

    private static int Squares(PublicKeyMaterial key) => Math.Max(1, key.Size / 4096) * Math.Max(1, key.Size / 4096);

    private static int Exponents(PublicKeyMaterial key)
    {
        try
        {
            var info = new AsnReader(key.SubjectPublicKeyInfo, AsnEncodingRules.BER).ReadSequence();
            info.ReadEncodedValue();
            var numbers = new AsnReader(info.ReadBitString(out _), AsnEncodingRules.BER).ReadSequence();
            numbers.ReadIntegerBytes();
            return Math.Max(1, numbers.ReadIntegerBytes().Length * 8 / UsualExponent);
        }
        catch (AsnContentException)
        {
            return 1;
        }
    }
}
