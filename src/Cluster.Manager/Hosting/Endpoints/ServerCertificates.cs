using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>The certificates that the two endpoints present now; replaced while running, new handshakes get the new one.</summary>
internal sealed class ServerCertificates
{
    private volatile SslStreamCertificateContext? rest;
    private volatile SslStreamCertificateContext? agents;

    /// <summary>Certificate of the REST endpoint.</summary>
    /// <exception cref="InvalidOperationException">The first start has not set it yet.</exception>
    public SslStreamCertificateContext Rest => rest ?? throw new InvalidOperationException("The REST certificate is not loaded yet.");

    /// <summary>Certificate of the agents' endpoint; it names the role <c>manager</c>.</summary>
    /// <exception cref="InvalidOperationException">The first start has not set it yet.</exception>
    public SslStreamCertificateContext Agents => agents ?? throw new InvalidOperationException("The certificate of the agents' endpoint is not loaded yet.");

    /// <summary>Sets the certificate of the REST endpoint: leaf with its key, and the intermediates to send.</summary>
    public void SetRest(X509Certificate2 leaf, X509Certificate2Collection intermediates) => rest = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);

    /// <summary>Sets the certificate of the agents' endpoint: leaf with its key, and the intermediates to send.</summary>
    public void SetAgents(X509Certificate2 leaf, X509Certificate2Collection intermediates) => agents = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
}
