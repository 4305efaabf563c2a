using System.Buffers.Binary;
using Cluster.Protocol;

namespace Cluster.Agent.Link;

/// <summary>
/// The connection between the two processes: the standard input and output that the apply process gave the session process,
/// so that no other process of the host can take part, and the end of one is the end of the stream for the other.
/// </summary>
internal sealed class LinkStream(Stream input, Stream output) : IDisposable
{
    private const int HeaderLength = 5;
    private const int MaximumPayload = ProtocolLimits.MaxMessageBytes + 1024;
    private readonly SemaphoreSlim writing = new(1, 1);

    /// <summary>Reads one frame; null when the other process has gone.</summary>
    /// <exception cref="InvalidDataException">What came is no frame.</exception>
    public async Task<LinkFrame?> ReadAsync(CancellationToken ct)
    {
        var header = new byte[HeaderLength];
        try
        {
            if (await input.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, ct) < HeaderLength) return null;
            var length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1));
            if (length is < 0 or > MaximumPayload) throw new InvalidDataException("The other process of the agent sent no frame.");
            var payload = new byte[length];
            await input.ReadExactlyAsync(payload, ct);
            return new LinkFrame((LinkFrameKind)header[0], payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes one frame; one after the other, from any thread.</summary>
    /// <returns>False when the other process has gone.</returns>
    public async Task<bool> WriteAsync(LinkFrameKind kind, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        var frame = new byte[HeaderLength + payload.Length];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame.AsMemory(HeaderLength));
        await writing.WaitAsync(ct);
        try
        {
            await output.WriteAsync(frame, ct);
            await output.FlushAsync(ct);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writing.Dispose();
        input.Dispose();
        output.Dispose();
    }
}
