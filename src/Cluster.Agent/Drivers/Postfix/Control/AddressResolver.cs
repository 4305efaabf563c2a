using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Cluster.Agent.Drivers.Postfix.Routes;

namespace Cluster.Agent.Drivers.Postfix.Control;

/// <summary>Asks the running trivial-rewrite(8) of an instance where it would send mail, by Postfix's own attribute protocol.</summary>
/// <param name="queueDirectory">queue_directory of the instance.</param>
/// <param name="ct">Stops it.</param>
/// <remarks>Each question has a limit, and all of them together: many that are answered slowly would hold everything else up.</remarks>
internal sealed class AddressResolver(string queueDirectory, CancellationToken ct) : IAsyncDisposable
{
    // RESOLVE_FLAG_FAIL of Postfix: a table could not be asked.
    private const int Failed = 8;

    // RESOLVE_CLASS_LOCAL, _ALIAS, _VIRTUAL; _RELAY; _DEFAULT.
    private const int OfHost = (1 << 8) | (1 << 9) | (1 << 10);
    private const int OfRelay = 1 << 11;
    private const int OfOthers = 1 << 12;
    private const int Tries = 4;
    private const int LongestAnswer = 64 * 1024;
    private const string Advice =
        "Check that trivial-rewrite (the service rewrite in master.cf) runs; the log of Postfix says why when it does not.";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly byte[] buffer = new byte[4096];
    private readonly long begun = TimeProvider.System.GetTimestamp();
    private NetworkStream? stream;
    private int start;
    private int end;
    private int taken;

    /// <summary>Longest time that all questions together may take.</summary>
    public TimeSpan RoundLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where mail from the null sender to a recipient goes.</summary>
    /// <returns>Null when the instance does not run.</returns>
    /// <exception cref="IOException">It runs, and there was no answer, or none that can be understood.</exception>
    public async Task<Resolved?> ResolveAsync(string recipient)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryResolveAsync(recipient);
            }
            catch (Exception e) when (tries < Tries && IsClosed(e))
            {
                // It ends by itself when a map or the configuration changes; Postfix's own programs connect anew.
                await DisposeAsync();
                await Task.Delay(Pause, TimeProvider.System, ct);
            }
            catch (Exception e) when (e is SocketException or IOException { InnerException: SocketException })
            {
                throw new IOException($"The resolver of Postfix cannot be asked: {(e.InnerException ?? e).Message}. {Advice}", e);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (stream is not null) await stream.DisposeAsync();
        stream = null;
        (start, end) = (0, 0);
    }

    private async Task<Resolved?> TryResolveAsync(string recipient)
    {
        var left = RoundLimit - TimeProvider.System.GetElapsedTime(begun);
        var isLast = left < Limit;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(isLast ? TimeSpan.FromTicks(Math.Max(0, left.Ticks)) : Limit);
        try
        {
            stream ??= await ConnectAsync(limit.Token);
            if (stream is null) return null;
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"request\0resolve\0sender\0\0address\0{recipient}\0\0"), limit.Token);
            while (true)
            {
                // Newer ones greet with the name of the protocol.
                var answer = await ReadAsync(limit.Token);
                if (!answer.TryGetValue("transport", out var transport) || !answer.TryGetValue("nexthop", out var nextHop)) continue;
                if ((Flags(answer) & Failed) == 0) return new Resolved(transport, nextHop, ClassOf(Flags(answer)));
                throw new IOException(
                    $"Postfix cannot tell where mail for {recipient} goes, because a map of its routes gives no answer. Mend the map that "
                        + "the warnings of trivial-rewrite in the log of Postfix name.");
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new IOException(
                isLast
                    ? $"Postfix did not tell within {RoundLimit.TotalSeconds:0} s where mail for all destinations goes; it was asked last "
                        + $"for {recipient}. {Advice} The maps of its routes may be slow."
                    : $"Postfix did not tell within {Limit.TotalSeconds:0} s where mail for {recipient} goes. {Advice}",
                e);
        }
    }

    private async Task<NetworkStream?> ConnectAsync(CancellationToken limit)
    {
        var path = Path.Combine(queueDirectory, "private", "rewrite");
        if (!File.Exists(path)) return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();

            // Of an instance that was stopped the file stays.
            if (e.SocketErrorCode == SocketError.ConnectionRefused) return null;
            throw;
        }
    }

    // What did not answer in time is not asked again: everything else waits meanwhile.
    private static bool IsClosed(Exception e) => e is SocketException or IOException { InnerException: not OperationCanceledException };

    private static int Flags(Dictionary<string, string> answer) =>
        int.TryParse(answer.GetValueOrDefault("flags"), NumberStyles.None, CultureInfo.InvariantCulture, out var flags) ? flags : 0;

    private static DomainClass ClassOf(int flags) => flags switch
    {
        _ when (flags & OfHost) != 0 => DomainClass.Hosted,
        _ when (flags & OfRelay) != 0 => DomainClass.Relayed,
        _ when (flags & OfOthers) != 0 => DomainClass.Other,
        _ => DomainClass.Unknown,
    };

    private async Task<Dictionary<string, string>> ReadAsync(CancellationToken limit)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        taken = 0;
        while (await ReadTextAsync(limit) is { Length: > 0 } name) attributes[name] = await ReadTextAsync(limit);
        return attributes;
    }

    private async Task<string> ReadTextAsync(CancellationToken limit)
    {
        var text = new List<byte>();
        while (true)
        {
            if (start == end)
            {
                (start, end) = (0, await stream!.ReadAsync(buffer, limit));
                if (end == 0) throw new IOException($"Postfix closed the connection to its resolver. {Advice}");
            }

            if (taken++ == LongestAnswer)
            {
                throw new IOException(
                    $"The resolver of Postfix gave an answer of more than {LongestAnswer / 1024} KiB, which no Postfix does. {Advice}");
            }

            var next = buffer[start++];
            if (next == 0) return Encoding.UTF8.GetString([.. text]);
            text.Add(next);
        }
    }
}

/// <summary>What the running Postfix says of an address.</summary>
/// <param name="Transport">Name in master.cf.</param>
/// <param name="NextHop">Where it goes.</param>
/// <param name="Class">What the domain is to this host, whatever its routes say.</param>
internal sealed record Resolved(string Transport, string NextHop, DomainClass Class);
