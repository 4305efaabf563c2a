using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Cluster.Agent.Drivers.Postfix.Control;

/// <summary>Asks the running trivial-rewrite(8) of an instance where it would send mail, by Postfix's own attribute protocol.</summary>
internal sealed class AddressResolver : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private readonly CancellationTokenSource limit;
    private readonly byte[] buffer = new byte[4096];
    private int start;
    private int end;

    private AddressResolver(Socket socket, CancellationToken ct)
    {
        this.socket = socket;
        stream = new NetworkStream(socket);
        limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
    }

    /// <summary>Connects to an instance.</summary>
    /// <param name="queueDirectory">Its queue_directory.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>Null when it does not run.</returns>
    public static async Task<AddressResolver?> TryConnectAsync(string queueDirectory, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(queueDirectory, "private", "rewrite")), ct);
            return new AddressResolver(socket, ct);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Where mail from the null sender to a recipient goes.</summary>
    /// <exception cref="IOException">There was no answer, or none that can be understood.</exception>
    public async Task<(string Transport, string NextHop)> ResolveAsync(string recipient)
    {
        limit.CancelAfter(Limit);
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"request\0resolve\0sender\0\0address\0{recipient}\0\0"), limit.Token);
            while (true)
            {
                // Newer ones greet with the name of the protocol.
                var answer = await ReadAsync();
                if (!answer.TryGetValue("transport", out var transport) || !answer.TryGetValue("nexthop", out var nextHop)) continue;
                if (IsFailure(answer)) throw new IOException($"Postfix cannot tell where mail for {recipient} goes.");
                return (transport, nextHop);
            }
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new IOException($"Postfix did not tell within {Limit.TotalSeconds:0} s where mail for {recipient} goes.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        limit.Dispose();
        stream.Dispose();
        socket.Dispose();
    }

    // RESOLVE_FLAG_FAIL of Postfix: a table could not be asked.
    private static bool IsFailure(Dictionary<string, string> answer) =>
        int.TryParse(answer.GetValueOrDefault("flags"), NumberStyles.None, CultureInfo.InvariantCulture, out var flags) && (flags & 8) != 0;

    private async Task<Dictionary<string, string>> ReadAsync()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await ReadTextAsync() is { Length: > 0 } name) attributes[name] = await ReadTextAsync();
        return attributes;
    }

    private async Task<string> ReadTextAsync()
    {
        var text = new List<byte>();
        while (true)
        {
            if (start == end)
            {
                (start, end) = (0, await stream.ReadAsync(buffer, limit.Token));
                if (end == 0) throw new IOException("Postfix closed the connection to its resolver.");
            }

            var next = buffer[start++];
            if (next == 0) return Encoding.UTF8.GetString([.. text]);
            text.Add(next);
        }
    }
}
