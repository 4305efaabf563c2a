using System.Security.Cryptography;

namespace Cluster.Pki.Issuing;

/// <summary>Serial numbers with 128 random bits (CA/B Forum BR 7.1 asks for 64), positive (RFC 5280, 4.1.2.2).</summary>
internal static class SerialNumbers
{
    public static byte[] Next()
    {
        // A fixed first byte keeps the number positive and its length constant; 16 random bytes follow.
        var serial = new byte[17];
        RandomNumberGenerator.Fill(serial.AsSpan(1));
        serial[0] = 0x01;
        return serial;
    }
}
