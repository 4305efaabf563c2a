using System.Net.Sockets;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Drivers.Protocols;

/// <summary>
/// Lets a client program of the host connect to the agent, and compares what it offers there with a block of TLS protocols.
/// </summary>
/// <param name="run">Runs the program once, TLS from the first byte on, against a port of 127.0.0.1; gives what it said.</param>
/// <param name="user">The id of the user as whom it runs: what others send to that port is not taken for the program's.</param>
internal sealed class ClientOffer(Func<int, CancellationToken, Task<string>> run, uint user)
{
    // Long: what is refused because the host was busy would stay refused.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // What was sent before the program ended is still read.
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromSeconds(1);

    /// <summary>What it offers otherwise than the block says, as one sentence; null = nothing.</summary>
    public async Task<string?> LookAsync(TlsProtocolBlock block, CancellationToken ct)
    {
        var range = ProtocolText.Range(block, KeyKinds.Any);
        var (hello, silent) = await AskAsync((l, t) => l.NextAsync(t), ct);
        if (hello is null) return silent;
        if (hello.Against(range) is { } against) return against;

        // Only who knows TLS 1.3 lists all its versions.
        foreach (var older in hello.Versions is null ? Enum.GetValues<TlsVersion>().Where(v => v < range.Maximum) : [])
        {
            var (takes, unclear) = await AskAsync<bool?>(async (l, t) => await l.TakesAsync(older, t), ct);
            if (takes is null) return unclear;
            if (takes.Value == range.Takes(older)) continue;
            return takes.Value
                ? $"It takes {EnumNames.Of(older)} from a server, which is not among the versions."
                : $"It does not take {EnumNames.Of(older)} from a server.";
        }

        return null;
    }

    // A listener for each question: who connects once more is not taken for the next one.
    private async Task<(T? Seen, string? Silent)> AskAsync<T>(
        Func<ClientHelloListener, CancellationToken, Task<T>> look, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        using var listener = new ClientHelloListener(user);
        var seen = look(listener, limit.Token);
        var ended = run(listener.Port, ct);
        if (await Task.WhenAny(seen, ended) == ended)
            await Task.WhenAny(seen, Task.Delay(AfterTheEnd, TimeProvider.System, limit.Token));
        listener.Dispose();
        await limit.CancelAsync();
        var said = await ended;
        try
        {
            return (await seen, null);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return (default, $"What it offers could not be seen: {(said.Length > 0 ? said : e.Message)}");
        }
    }
}
