using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Cluster.Verification.Tls;

namespace Cluster.Verification.Tests.Tls;

/// <summary>A real TLS server that chooses what it serves by server name, and notes how many connections were open together.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Func<string?, SslServerAuthenticationOptions> choose;
    private readonly Task accepting;
    private int open;

    public TlsServer(Func<string?, SslServerAuthenticationOptions> choose)
    {
        this.choose = choose;
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>Most connections that were open at once.</summary>
    public int Together { get; private set; }

    /// <summary>How many connections were made.</summary>
    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        listener.Dispose();
        await accepting;
        ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ended.Token);
                Connections++;
                Together = Math.Max(Together, Interlocked.Increment(ref open));
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        await using (var tls = new SslStream(client.GetStream()))
        {
            try
            {
                await tls.AuthenticateAsServerAsync((_, hello, _, _) => ValueTask.FromResult(choose(hello.ServerName)), null, ended.Token);
                await tls.ReadExactlyAsync(new byte[1], ended.Token);
            }
            catch (Exception e) when (e is IOException
                or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
            {
                // The client has seen enough.
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        }
    }
}

/// <summary>A key with its certificate, as a server serves it and as a test expects it.</summary>
internal sealed class ServedPair : IDisposable
{
    private readonly PrivateKeyMaterial key;
    private readonly CertificateInfo leaf;
    private readonly TestCa ca;

    public ServedPair(TestCa ca, KeySpecification kind, string name)
    {
        this.ca = ca;
        key = PrivateKeyMaterial.Generate(kind);
        leaf = ca.IssueFor(key.Public, name);
    }

    public ExpectedCertificate Expected => new(leaf.Sha256, [Base64(leaf), Base64(ca.Intermediate)]);

    /// <summary>The leaf with nothing after it.</summary>
    public ExpectedCertificate LeafAlone => new(leaf.Sha256, [Base64(leaf)]);

    public SslServerAuthenticationOptions Served() => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(
            key.PairWith(leaf.Der.Span), [ca.Intermediate.ToX509Certificate2()], offline: true),
    };

    public void Dispose() => key.Dispose();

    private static string Base64(CertificateInfo certificate) => Convert.ToBase64String(certificate.Der.Span);
}
