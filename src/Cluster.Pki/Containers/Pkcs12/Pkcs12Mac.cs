using System.Formats.Asn1;
using System.Security.Cryptography;
using Cluster.Pki.Containers.Decryption;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Cluster.Pki.Containers.Pkcs12;

/// <summary>Checks the MAC of a PFX (RFC 7292, 4 and appendix B.4) and thereby finds the password.</summary>
internal static class Pkcs12Mac
{
    private const string What = "A PKCS#12 container";

    /// <summary>False when the rest cannot be read; the reason is in the session.</summary>
    public static bool Check(ReadSession session, AsnReader macData, byte[] content, List<string> description)
    {
        var digestInfo = macData.ReadSequence();
        var oid = digestInfo.ReadSequence().ReadObjectIdentifier();
        var expected = digestInfo.ReadOctetString();
        var salt = macData.ReadOctetString();
        var iterations = macData.HasData ? PasswordSchemes.ReadCount(macData) : 1;
        if (salt.Length > PasswordSchemes.MaximumSalt) throw new AsnContentException();

        if (oid == "1.2.840.113549.1.5.14")
        {
            description.Add("MAC PBMAC1");
            session.Add(Refusals.UnsupportedAlgorithm(What, "the integrity algorithm PBMAC1 (RFC 9579)"));
            return false;
        }

        if (DigestTable.Digest(oid) is not { } digest)
        {
            session.Add(Refusals.UnsupportedAlgorithm(What, $"the integrity algorithm {oid}"));
            return false;
        }

        description.Add($"MAC HMAC-{digest.AlgorithmName}, {iterations} iterations");
        return Find(session, oid, new MacParts(content, expected, salt, iterations));
    }

    private sealed record MacParts(byte[] Content, byte[] Expected, byte[] Salt, int Iterations);

    private static bool Find(ReadSession session, string digestOid, MacParts parts)
    {
        var scheme = new PasswordScheme($"MAC, {parts.Iterations} iterations", parts.Iterations, PasswordEncoding.Bmp, (password, _) =>
        {
            var digest = DigestTable.Digest(digestOid)!;
            var key = Pkcs12Kdf.Derive(digest, password, parts.Salt, parts.Iterations, Pkcs12Kdf.Mac, digest.GetDigestSize());
            return Compute(digestOid, key, parts.Content);
        });
        var outcome = PasswordTrial.Run(session, scheme, default, mac => CryptographicOperations.FixedTimeEquals(mac, parts.Expected));
        if (outcome == TrialOutcome.Opened) return true;
        session.Add(PasswordTrial.Refusal(outcome, What, scheme));
        return false;
    }

    private static byte[] Compute(string digestOid, byte[] key, byte[] content)
    {
        var hmac = new HMac(DigestTable.Digest(digestOid)!);
        hmac.Init(new KeyParameter(key));
        hmac.BlockUpdate(content);
        var mac = new byte[hmac.GetMacSize()];
        hmac.DoFinal(mac, 0);
        return mac;
    }
}
