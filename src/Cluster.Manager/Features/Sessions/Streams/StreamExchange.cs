using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Protocol.V1;
using Grpc.Core;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>Reads from and writes to an open stream until either side ends it.</summary>
internal sealed class StreamExchange(AgentReader reader, ContentCatalog catalog, SendingPace pace)
{
    /// <summary>Runs until the stream ends.</summary>
    /// <exception cref="RpcException">The manager ends it, or refuses what the agent sent.</exception>
    public async Task RunAsync(AgentConnection connection, IAsyncStreamReader<AgentMessage> stream, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pump = connection.PumpAsync(w => catalog.FindAsync(connection.Machine.ClusterId, w.BundleHash), pace, stop.Token);
        var read = reader.ReadAsync(connection, stream, stop.Token);
        var first = await Task.WhenAny(pump, read);
        await stop.CancelAsync();
        await Task.WhenAll(pump, read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (first == pump && pump.IsCompletedSuccessfully && (await pump).Failure is { } failure) throw failure.ToRpcException();
        if (first.Exception?.InnerException is RpcException refused) throw refused;
    }
}
