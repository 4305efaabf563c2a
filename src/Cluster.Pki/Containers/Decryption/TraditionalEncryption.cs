using System.Security.Cryptography;
using Cluster.Pki.Containers.Pem;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>Opens keys that OpenSSL encrypted the traditional way: DEK-Info header, key from MD5 (EVP_BytesToKey).</summary>
internal static class TraditionalEncryption
{
    private const long Pass = 1_000;

    public static void Read(ReadSession session, PemBlock block, string encryption)
    {
        var what = $"A private key ('{block.Label}')";
        var comma = encryption.IndexOf(',', StringComparison.Ordinal);
        var name = (comma < 0 ? encryption : encryption[..comma]).Trim();
        var cipher = CipherTable.ByName(name);
        if (cipher is null)
        {
            session.Add(Refusals.UnsupportedAlgorithm(what, $"the encryption {PemText.Shown(name)}"));
            return;
        }

        if (comma < 0 || !TryHex(encryption[(comma + 1)..].Trim(), out var iv) || iv.Length < 8)
        {
            session.Add(Refusals.Damaged(what, "its DEK-Info header has no valid vector"));
            return;
        }

        var scheme = new PasswordScheme($"traditional {cipher.Name}", Pass * 3, cipher.ByteCost, PasswordEncoding.Bytes, (password, data) =>
            cipher.Decrypt(Derive(password, iv.AsSpan(0, 8), cipher.KeyBytes), iv, data)) { IsOld = true };
        var outcome = PasswordTrial.Run(session, scheme, block.Data, plain => Accept(session, block.Label, plain));
        if (outcome != TrialOutcome.Opened) session.Add(PasswordTrial.Refusal(outcome, what, scheme));
    }

    private static bool Accept(ReadSession session, string label, byte[] plain)
    {
        var shape = DerShapes.Recognise(plain);
        if (shape is not (DerShape.Pkcs1 or DerShape.Sec1 or DerShape.Pkcs8 or DerShape.DsaKey)) return false;
        DerObjects.Read(session, plain, shape, label);
        return true;
    }

    private static byte[] Derive(byte[] password, ReadOnlySpan<byte> salt, int length)
    {
        byte[] result = [];
        byte[] last = [];
        while (result.Length < length)
        {
            // The format is defined with MD5; it only opens what others wrote.
            last = MD5.HashData([.. last, .. password, .. salt]);
            result = [.. result, .. last];
        }

        return result[..length];
    }

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit)) return false;
        bytes = Convert.FromHexString(text);
        return true;
    }
}
