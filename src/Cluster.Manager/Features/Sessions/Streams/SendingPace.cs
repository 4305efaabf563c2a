using Cluster.Protocol.V1;
using Grpc.Core;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>What all writers share: the bytes in flight, the clock, and how long one message may take.</summary>
internal sealed class SendingPace(SessionLimits limits, TimeProvider clock)
{
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Bytes on their way to all agents together.</summary>
    public ByteBudget Budget { get; } = new(limits.BytesInFlight);

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>After which time an offer without an answer no longer holds up a newer one.</summary>
    public TimeSpan OfferTimeout => limits.OfferTimeout;

    /// <summary>
    /// Writes a message; an agent that does not read for a minute loses its stream, so that it does not hold bytes that others
    /// wait for.
    /// </summary>
    public async Task WriteAsync(IServerStreamWriter<ManagerMessage> stream, ManagerMessage message, CancellationToken ct)
    {
        var write = stream.WriteAsync(message, ct);
        if (write.IsCompletedSuccessfully) return;
        await write.WaitAsync(WriteTimeout, clock, ct);
    }
}
