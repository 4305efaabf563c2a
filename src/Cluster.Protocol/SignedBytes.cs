using System.Text;

namespace Cluster.Protocol;

/// <summary>
/// The exact bytes that signatures of the agent protocol cover: a label, a zero byte, then the parts one after the other.
/// </summary>
public static class SignedBytes
{
    /// <summary>Joins a label of <see cref="ProtocolLimits"/> and one part.</summary>
    public static byte[] Of(string label, ReadOnlySpan<byte> part) => Of(label, part, []);

    /// <summary>Joins a label of <see cref="ProtocolLimits"/> and two parts.</summary>
    public static byte[] Of(string label, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var bytes = new byte[label.Length + 1 + first.Length + second.Length];
        Encoding.ASCII.GetBytes(label, bytes);
        first.CopyTo(bytes.AsSpan(label.Length + 1));
        second.CopyTo(bytes.AsSpan(label.Length + 1 + first.Length));
        return bytes;
    }
}
