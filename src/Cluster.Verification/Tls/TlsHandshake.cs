using System.Net.Security;
using System.Security.Authentication;
using Cluster.Pki.Certificates;

namespace Cluster.Verification.Tls;

/// <summary>A completed handshake.</summary>
/// <param name="Protocol">TLS version, for example <c>TLSv1.3</c>.</param>
/// <param name="Cipher">Cipher suite by its registered name.</param>
/// <param name="Chain">The served certificates in the order of the wire, leaf first.</param>
public sealed record TlsSeen(string Protocol, string Cipher, IReadOnlyList<CertificateInfo> Chain);

/// <summary>Does a handshake as a client that takes whatever is served; callers judge it.</summary>
internal static class TlsHandshake
{
    /// <summary>Begins TLS on a connection, which then belongs to the stream that is returned.</summary>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    public static async Task<(SslStream Stream, TlsSeen Seen)> BeginAsync(Stream connection, TlsOffer offer, CancellationToken ct)
    {
        var served = new ServedChain();
        var tls = new SslStream(connection, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(served.Options(offer), ct);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }

        return (tls, new TlsSeen(NameOf(tls.SslProtocol), tls.NegotiatedCipherSuite.ToString(), served.Certificates));
    }

    private static string NameOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        _ => protocol.ToString(),
    };
}
