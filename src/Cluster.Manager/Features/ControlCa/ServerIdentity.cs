using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;

namespace Cluster.Manager.Features.ControlCa;

/// <summary>
/// The server certificate of this manager's TLS ports: made at start, kept in memory, replaced while running at half of its life.
/// </summary>
internal sealed class ServerIdentity(ControlAuthority authority, TimeProvider clock) : IServerCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private readonly Lock gate = new();
    private ServerNames names = new([], []);
    private DateTimeOffset renewAt;
    private SslStreamCertificateContext? current;

    /// <summary>Sets the names and makes the first certificate.</summary>
    public void Start(ServerNames serverNames)
    {
        names = serverNames;
        lock (gate) Renew();
    }

    /// <inheritdoc/>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (gate)
            {
                if (current is null || clock.GetUtcNow() >= renewAt) Renew();
                return current!;
            }
        }
    }

    private void Renew()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var certificate = authority.IssueServer(key.Public, names, Lifetime);
        var issuer = X509CertificateLoader.LoadCertificate(authority.Keys.Servers.Certificate.Der.Span);
        current = SslStreamCertificateContext.Create(key.PairWith(certificate.Der.Span), [issuer], offline: true);
        renewAt = clock.GetUtcNow() + (Lifetime / 2);
    }
}
