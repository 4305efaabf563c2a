using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cluster.Agent.State;
using Cluster.Pki.Issuing;
using Cluster.Protocol;
using Grpc.Net.Client;

namespace Cluster.Agent.Session;

/// <summary>Opens channels to a manager: TLS 1.3, the peer known by its role and its root, never by a host name.</summary>
internal static class ManagerChannel
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    /// <summary>A channel that proves nothing of the peer: only for asking which root it has, before anything is sent.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Security", "CA5359", Justification = "This connection carries a question without content; its answer is compared with the pin.")]
    public static GrpcChannel OpenUnverified(string address) => Open(address, new SslClientAuthenticationOptions
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true
        },
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
    });

    /// <summary>A channel to a manager whose certificate leads to exactly one of the roots; with an identity, as that machine.</summary>
    /// <param name="address"><c>HOST:PORT</c>.</param>
    /// <param name="roots">DER.</param>
    /// <param name="issuers">DER; may be empty.</param>
    /// <param name="now">The time that validity is judged by: the manager's, as far as it is known.</param>
    /// <param name="identity">Null for Join and Recover.</param>
    public static GrpcChannel Open(
        string address,
        IEnumerable<ReadOnlyMemory<byte>> roots,
        IEnumerable<ReadOnlyMemory<byte>> issuers,
        DateTimeOffset now,
        Identity? identity)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.LocalDateTime,
            VerificationTimeIgnored = false,
        };
        policy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(ServerAuth));
        foreach (var root in roots) policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(root.Span));
        foreach (var issuer in issuers) policy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(issuer.Span));
        return Open(address, new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false,
            CertificateChainPolicy = policy,
            ClientCertificateContext = identity is null ? null : ContextOf(identity),
            RemoteCertificateValidationCallback = static (_, certificate, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
                    && HasManagerRole(certificate as X509Certificate2),
        });
    }

    private static bool HasManagerRole(X509Certificate2? certificate) =>
        certificate is not null
            && Pki.Certificates.CertificateInfo.TryRead(certificate.RawData)?.Uris.Contains(ControlUris.Manager) == true;

    private static SslStreamCertificateContext ContextOf(Identity identity)
    {
        var issuers = new X509Certificate2Collection();
        foreach (var der in identity.Chain.Skip(1)) issuers.Add(X509CertificateLoader.LoadCertificate(der));
        return SslStreamCertificateContext.Create(identity.WithKey(), issuers, offline: true);
    }

    private static GrpcChannel Open(string address, SslClientAuthenticationOptions ssl) =>
        GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            MaxReceiveMessageSize = ProtocolLimits.MaxMessageBytes,
            MaxSendMessageSize = ProtocolLimits.MaxMessageBytes,
            MaxRetryAttempts = 1,
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = ssl,
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(30),
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
                KeepAlivePingDelay = TimeSpan.FromSeconds(ProtocolLimits.KeepAliveSeconds),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(ProtocolLimits.KeepAliveTimeoutSeconds),
            },
        });
}
