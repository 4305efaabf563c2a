using System.Threading.Channels;
using Cluster.Protocol.V1;

namespace Cluster.Agent.Apply;

/// <summary>
/// What the manager said and the apply process has not taken yet. Nothing is dropped and memory stays bounded: when it is full,
/// whoever brings the next message waits, so the session process is not read, its stream is not read, and the manager stops sending.
/// </summary>
internal sealed class Inbound
{
    /// <summary>Messages that wait at most.</summary>
    public const int Capacity = 64;

    private readonly Channel<ManagerMessage?> messages =
        Channel.CreateBounded<ManagerMessage?>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    /// <summary>Hands in a message; ends when there is room for it.</summary>
    public ValueTask PutAsync(ManagerMessage message, CancellationToken ct) => messages.Writer.WriteAsync(message, ct);

    /// <summary>Asks the reader to look whether something waits; needless while it has messages to take anyway.</summary>
    public void Nudge() => messages.Writer.TryWrite(null);

    /// <summary>Messages in order; null = look whether something waits.</summary>
    public IAsyncEnumerable<ManagerMessage?> ReadAllAsync(CancellationToken ct) => messages.Reader.ReadAllAsync(ct);
}
