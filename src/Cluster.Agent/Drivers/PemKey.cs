using System.Security.Cryptography;
using System.Text;
using Cluster.Pki.Keys;

namespace Cluster.Agent.Drivers;

/// <summary>Takes the private key out of a PEM file that a driver wrote.</summary>
internal static class PemKey
{
    /// <summary>The key as PKCS#8 when its public key is the wanted one; else null.</summary>
    public static byte[]? Find(byte[] pem, string publicKeySha256)
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
}
