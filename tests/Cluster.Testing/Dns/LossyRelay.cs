using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cluster.Testing.Dns;

/// <summary>Stands before a name server and loses every query whose name holds a word, as name servers of somebody else do.</summary>
public sealed class LossyRelay : IAsyncDisposable
{
    private readonly UdpClient front = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource end = new();
    private int passed;
    private readonly Task run;

    /// <summary>Starts one.</summary>
    /// <param name="server">The name server behind it.</param>
    /// <param name="lost">Queries whose name holds this word are lost.</param>
    public LossyRelay(NameServer server, string lost) => run = RunAsync(IPEndPoint.Parse(server.Address), Encoding.ASCII.GetBytes(lost));

    /// <summary>ADDRESS:PORT.</summary>
    public string Address => front.Client.LocalEndPoint!.ToString()!;

    /// <summary>How many queries were passed on.</summary>
    public int Passed => Volatile.Read(ref passed);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await run;
        front.Dispose();
        end.Dispose();
    }

    private async Task RunAsync(IPEndPoint server, byte[] lost)
    {
        try
        {
            while (true)
            {
                var query = await front.ReceiveAsync(end.Token);
                if (query.Buffer.AsSpan().IndexOf(lost) < 0) _ = PassAsync(server, query);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(IPEndPoint server, UdpReceiveResult query)
    {
        Interlocked.Increment(ref passed);
        using var back = new UdpClient(AddressFamily.InterNetwork);
        try
        {
            await back.SendAsync(query.Buffer, server, end.Token);
            var answer = await back.ReceiveAsync(end.Token);
            await front.SendAsync(answer.Buffer, query.RemoteEndPoint, end.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server or the test has ended: the query is lost too.
        }
    }
}
