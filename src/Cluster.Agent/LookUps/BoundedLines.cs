namespace Cluster.Agent.LookUps;

/// <summary>Reads lines from somebody who is not trusted: never more of them is held than the longest that there may be.</summary>
/// <param name="stream">Where they come from.</param>
/// <param name="longest">Bytes of the longest line.</param>
internal sealed class BoundedLines(Stream stream, int longest)
{
    private readonly byte[] buffer = new byte[longest + 1];
    private int start;
    private int end;

    /// <summary>Reads the next line.</summary>
    /// <param name="ct">Stops it.</param>
    /// <returns>The line without its end, until the next is read; null = there is none, or it is too long, and nothing follows.</returns>
    public async Task<ReadOnlyMemory<byte>?> NextAsync(CancellationToken ct)
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = buffer.AsMemory(start, length);
                start += length + 1;
                return line;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length) return null;
            var read = await stream.ReadAsync(buffer.AsMemory(end), ct);
            if (read == 0) return null;
            end += read;
        }
    }
}
