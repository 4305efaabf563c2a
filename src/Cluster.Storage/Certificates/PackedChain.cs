using System.Buffers.Binary;

namespace Cluster.Storage.Certificates;

/// <summary>Intermediates in one column: each is preceded by its length as four big-endian bytes.</summary>
public static class PackedChain
{
    private const int LengthBytes = 4;

    /// <summary>Packs certificates, DER, in the order in which they are served.</summary>
    public static byte[] Pack(IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        var buffer = new MemoryStream();
        Span<byte> length = stackalloc byte[LengthBytes];
        foreach (var certificate in certificates)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, certificate.Length);
            buffer.Write(length);
            buffer.Write(certificate.Span);
        }

        return buffer.ToArray();
    }

    /// <summary>Splits what was packed, without copying.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> chain)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        while (chain.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(chain.Span);
            certificates.Add(chain.Slice(LengthBytes, length));
            chain = chain[(LengthBytes + length)..];
        }

        return certificates;
    }
}
