using System.Threading.Channels;
using Cluster.Agent.Link;

namespace Cluster.Agent.Apply;

/// <summary>
/// What one session process has not read yet. Nobody waits for it and memory stays bounded, whatever that process does: of states only
/// the newest is kept, messages beyond the most are dropped as they are while there is no stream, and asked for again.
/// </summary>
internal sealed class SessionOutbox(LinkStream link, TimeProvider clock)
{
    /// <summary>Messages that wait at most.</summary>
    public const int Most = 64;

    /// <summary>How long one frame may take to be read.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> news =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Queue<LinkFrame> messages = new();
    private readonly Lock gate = new();
    private LinkFrame? state;

    /// <summary>Puts the whole state in the place of one that was not read yet.</summary>
    public void PutState(byte[] payload)
    {
        lock (gate) state = new LinkFrame(LinkFrameKind.State, payload);
        news.Writer.TryWrite(true);
    }

    /// <summary>Hands in a message.</summary>
    /// <returns>False when too many wait: it is dropped.</returns>
    public bool Put(LinkFrameKind kind, byte[] payload)
    {
        lock (gate)
        {
            if (messages.Count >= Most) return false;
            messages.Enqueue(new LinkFrame(kind, payload));
        }

        news.Writer.TryWrite(true);
        return true;
    }

    /// <summary>Writes what is handed in until the other process has gone.</summary>
    /// <exception cref="TimeoutException">It does not read.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var _ in news.Reader.ReadAllAsync(ct))
        {
            while (Next() is { } frame)
            {
                // Writing to a full pipe may not be cancellable; it ends with the process that does not read.
                if (!await link.WriteAsync(frame.Kind, frame.Payload, ct).WaitAsync(Patience, clock, ct)) return;
            }
        }
    }

    private LinkFrame? Next()
    {
        lock (gate)
        {
            if (messages.TryDequeue(out var message)) return message;
            var newest = state;
            state = null;
            return newest;
        }
    }
}
