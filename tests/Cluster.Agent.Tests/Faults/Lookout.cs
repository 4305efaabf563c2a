using System.Collections.Concurrent;

namespace Cluster.Agent.Tests.Faults;

/// <summary>A client that connects again and again, and keeps what it was shown.</summary>
internal sealed class Lookout : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource ending = new();
    private readonly Task looking;

    public Lookout(FaultHost host) => looking = LookAsync(host);

    /// <summary>Everything that it was shown.</summary>
    public ConcurrentDictionary<Sight, int> Seen { get; } = new();

    /// <summary>Ends when it has looked for the last time.</summary>
    public async Task EndAsync()
    {
        await ending.CancelAsync();
        await looking;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        ending.Dispose();
    }

    /// <summary>What one connection is shown; one that is turned away counts as nothing.</summary>
    public static async Task<Sight> LookOnceAsync(FaultHost host)
    {
        try
        {
            return await host.SeeAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever keeps a client from being served, it is not served.
            return Sight.Nothing;
        }
    }

    private async Task LookAsync(FaultHost host)
    {
        while (!ending.IsCancellationRequested)
        {
            Seen.AddOrUpdate(await LookOnceAsync(host), 1, (_, times) => times + 1);
            await Task.WhenAny(Task.Delay(Pause, ending.Token));
        }
    }
}
