using System.Formats.Asn1;
using System.Security.Cryptography;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Containers;

/// <summary>Turns keys of PKCS#1 (RFC 8017, A.1.2) and SEC 1 (RFC 5915) into PKCS#8.</summary>
internal static class PlainKeys
{
    /// <summary>Null when the numbers do not make a key.</summary>
    public static byte[]? ToPkcs8(ReadOnlyMemory<byte> value, DerShape shape)
    {
        try
        {
            if (shape == DerShape.Pkcs1)
            {
                using var rsa = RSA.Create();
                rsa.ImportRSAPrivateKey(value.Span, out _);
                return rsa.ExportPkcs8PrivateKey();
            }

            using var ec = ECDsa.Create();
            ec.ImportECPrivateKey(EcScalar.RepairSec1(value) ?? value.Span, out _);
            return ec.ExportPkcs8PrivateKey();
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
