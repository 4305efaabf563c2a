using System.Formats.Asn1;
using System.Security.Cryptography;
using Cluster.Pki.Containers.Decryption;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Cluster.Pki.Containers.Pkcs12;

/// <summary>
/// Checks the MAC of a PFX, of PKCS#12 itself (RFC 7292, 4 and appendix B.4) or PBMAC1 (RFC 9579), and thereby finds the password.
/// </summary>
internal static class Pkcs12Mac
{
    private const string What = "A PKCS#12 container";
    private const string Pbmac1 = "1.2.840.113549.1.5.14";
    private const long HashedByte = 10;

    /// <summary>False when the rest cannot be read; the reason is in the session.</summary>
    public static bool Check(ReadSession session, AsnReader macData, byte[] content, List<string> description)
    {
        var digestInfo = macData.ReadSequence();
        var algorithm = digestInfo.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        var expected = digestInfo.ReadOctetString();
        var salt = macData.ReadOctetString();
        var iterations = macData.HasData ? PasswordSchemes.ReadCount(macData) : 1;
        if (salt.Length > PasswordSchemes.MaximumSalt) throw new AsnContentException();

        var unsupported = oid;
        var scheme = oid == Pbmac1
            ? ByPbmac1(algorithm.ReadSequence(), content, out unsupported)
            : ByDigest(oid, content, salt, iterations);
        if (scheme is null)
        {
            session.Add(Refusals.UnsupportedAlgorithm(What, $"the integrity algorithm {unsupported}"));
            return false;
        }

        description.Add($"MAC {scheme.Name}");
        var outcome = PasswordTrial.Run(session, scheme, default, mac => CryptographicOperations.FixedTimeEquals(mac, expected));
        if (outcome == TrialOutcome.Opened) return true;
        session.Add(PasswordTrial.Refusal(outcome, What, scheme));
        return false;
    }

    private static PasswordScheme? ByDigest(string oid, byte[] content, byte[] salt, int iterations)
    {
        if (DigestTable.Digest(oid) is not { } known) return null;
        var cost = Pkcs12Kdf.Cost(known, iterations, known.GetDigestSize()) + (content.Length * HashedByte);
        return new PasswordScheme($"HMAC-{known.AlgorithmName}, {iterations} iterations", cost, 0, PasswordEncoding.Bmp, (password, _) =>
        {
            var digest = DigestTable.Digest(oid)!;
            var key = Pkcs12Kdf.Derive(digest, password, salt, iterations, Pkcs12Kdf.Mac, digest.GetDigestSize());
            return Compute(DigestTable.Digest(oid)!, key, content);
        })
        {
            Iterations = iterations,
        };
    }

    // The salt and the count beside it are meaningless with PBMAC1, and the password is UTF-8 (RFC 9579, 4 and 5).
    private static PasswordScheme? ByPbmac1(AsnReader parameters, byte[] content, out string unsupported)
    {
        var derivation = parameters.ReadSequence();
        var kdfOid = derivation.ReadObjectIdentifier();
        unsupported = $"PBMAC1 with the key derivation {kdfOid}";
        var kdf = kdfOid switch
        {
            "1.2.840.113549.1.5.12" => PasswordKdf.ParsePbkdf2(derivation.ReadSequence(), out unsupported),
            "1.3.6.1.4.1.11591.4.11" => PasswordKdf.ParseScrypt(derivation.ReadSequence()),
            _ => null,
        };
        if (kdf is null) return null;
        unsupported = "PBMAC1 without the length of its key, which RFC 9579 demands";
        if (kdf.KeyBytes is not { } length) return null;
        var oid = parameters.ReadSequence().ReadObjectIdentifier();
        unsupported = $"PBMAC1 with the MAC {oid}";
        if (DigestTable.Prf(oid) is not { } known) return null;
        return new PasswordScheme(
            $"PBMAC1 HMAC-{known.AlgorithmName}, {kdf.Name}",
            kdf.Cost(length) == long.MaxValue ? long.MaxValue : kdf.Cost(length) + (content.Length * HashedByte),
            0,
            PasswordEncoding.Bytes,
            (password, _) => Compute(DigestTable.Prf(oid)!, kdf.Derive(password, length), content))
        {
            Iterations = kdf.Iterations,
        };
    }

    private static byte[] Compute(IDigest digest, byte[] key, byte[] content)
    {
        var hmac = new HMac(digest);
        hmac.Init(new KeyParameter(key));
        hmac.BlockUpdate(content);
        var mac = new byte[hmac.GetMacSize()];
        hmac.DoFinal(mac, 0);
        return mac;
    }
}
