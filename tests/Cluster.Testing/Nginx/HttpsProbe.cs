using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cluster.Testing.Nginx;

/// <summary>Looks at an HTTPS server on loopback from outside, with code of its own, so that a test does not trust what it tests.</summary>
public static class HttpsProbe
{
    /// <summary>The leaf that a client is shown; the caller disposes it.</summary>
    public static async Task<X509Certificate2> ServedAsync(int port, string? serverName = null)
    {
        await using var tls = await OpenAsync(port, serverName);
        return new X509Certificate2(tls.RemoteCertificate!);
    }

    /// <summary>Serial number of that leaf, lower-case hex.</summary>
    public static async Task<string> SerialAsync(int port, string? serverName = null)
    {
        using var leaf = await ServedAsync(port, serverName);
        return leaf.SerialNumber.ToLowerInvariant();
    }

    /// <summary>That serial number, and the version of TLS that the same connection uses, as .NET calls it.</summary>
    public static async Task<(string Serial, string Protocol)> SightAsync(int port)
    {
        await using var tls = await OpenAsync(port, serverName: null);
        return (tls.RemoteCertificate!.GetSerialNumberString().ToLowerInvariant(), tls.SslProtocol.ToString());
    }

    /// <summary>One request over a connection of its own; the whole answer.</summary>
    public static async Task<string> GetAsync(int port)
    {
        await using var tls = await OpenAsync(port, serverName: null);
        await tls.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: probe.example.test\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(tls, Encoding.ASCII);
        return await reader.ReadToEndAsync();
    }

    private static async Task<SslStream> OpenAsync(int port, string? serverName)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = serverName ?? "", AllowTlsResume = false });
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
