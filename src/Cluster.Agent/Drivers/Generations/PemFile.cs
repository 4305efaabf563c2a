using System.Security.Cryptography;
using System.Text;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>A key with its chain in one PEM file: the private key first, then leaf and intermediates.</summary>
internal static class PemFile
{
    /// <summary>Composes it; the caller clears the result.</summary>
    /// <param name="pkcs8">The private key; it is not cleared.</param>
    /// <param name="chain">Leaf first.</param>
    /// <returns>Null when the key is not that of the leaf.</returns>
    public static byte[]? Compose(byte[] pkcs8, IReadOnlyList<CertificateInfo> chain)
    {
        using var key = PrivateKeyMaterial.TryReadPkcs8(pkcs8);
        if (key is null || key.PublicKeySha256 != chain[0].PublicKeySha256) return null;
        var keyText = PemEncoding.Write("PRIVATE KEY", pkcs8);
        try
        {
            var rest = string.Concat(chain.Select(c => c.ToPem()));
            var result = new byte[keyText.Length + 1 + rest.Length];
            var at = Encoding.ASCII.GetBytes(keyText, result);
            result[at++] = (byte)'\n';
            Encoding.ASCII.GetBytes(rest, result.AsSpan(at));
            return result;
        }
        finally
        {
            Array.Clear(keyText);
        }
    }

    /// <summary>Takes the private key out of a file.</summary>
    /// <param name="pem">The file; it is cleared.</param>
    /// <param name="publicKeySha256">Hash of the wanted key's public half.</param>
    /// <returns>PKCS#8, which the caller clears; null when the file holds another key or none.</returns>
    public static byte[]? FindKey(byte[] pem, string publicKeySha256)
    {
        var text = Encoding.ASCII.GetChars(pem);
        CryptographicOperations.ZeroMemory(pem);
        try
        {
            if (!PemEncoding.TryFind(text, out var fields) || !text.AsSpan()[fields.Label].SequenceEqual("PRIVATE KEY")) return null;
            var der = new byte[fields.DecodedDataLength];
            if (!Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], der, out _)) return null;
            using var key = PrivateKeyMaterial.TryReadPkcs8(der);
            if (key?.PublicKeySha256 == publicKeySha256) return der;
            CryptographicOperations.ZeroMemory(der);
            return null;
        }
        finally
        {
            Array.Clear(text);
        }
    }

    /// <summary>Whether a file is as <see cref="Compose"/> makes it for a chain: with the key of its leaf, and nothing besides.</summary>
    /// <param name="pem">The file; it is not cleared.</param>
    /// <param name="chain">Leaf first.</param>
    public static bool Holds(byte[] pem, IReadOnlyList<CertificateInfo> chain)
    {
        if (FindKey([.. pem], chain[0].PublicKeySha256) is not { } key) return false;
        var whole = Compose(key, chain);
        var holds = pem.AsSpan().SequenceEqual(whole);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(whole);
        return holds;
    }

    /// <summary>Reads a chain as a part carries it.</summary>
    /// <param name="chain">DER in Base64, leaf first.</param>
    /// <returns>Null when it is empty or an entry is no certificate.</returns>
    public static IReadOnlyList<CertificateInfo>? ReadChain(IReadOnlyList<string> chain)
    {
        var read = chain.Select(TryRead).OfType<CertificateInfo>().ToArray();
        return read.Length == 0 || read.Length != chain.Count ? null : read;
    }

    private static CertificateInfo? TryRead(string base64)
    {
        var der = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, der, out var length) ? CertificateInfo.TryRead(der.AsSpan(0, length)) : null;
    }
}
