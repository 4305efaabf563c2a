using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Hosting.Endpoints;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>
/// TLS of the agents' port: TLS 1.3, client certificates only of the control CA's agents issuer, no resumption past that check.
/// </summary>
internal sealed class AgentTls(ServerIdentity server, ControlAuthority authority, TimeProvider clock) : IAgentHandshake
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <inheritdoc/>
    public SslServerAuthenticationOptions ForHandshake()
    {
        var issuer = authority.Keys.Agents.Certificate.Der;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = server.Current,
            EnabledSslProtocols = SslProtocols.Tls13,
            // Asks for a certificate; whether one is needed depends on the call.
            ClientCertificateRequired = true,
            AllowTlsResume = false,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                certificate is null || (errors == SslPolicyErrors.None && IsIssuedBy(chain, issuer.Span)),
        };
    }

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = clock.GetUtcNow().UtcDateTime,
        };
        policy.CustomTrustStore.Add(authority.Keys.Root.ToX509Certificate2());
        policy.ExtraStore.Add(authority.Keys.Agents.Certificate.ToX509Certificate2());
        policy.ApplicationPolicy.Add(new Oid(ClientAuth));
        return policy;
    }

    // Certificates of the other issuers below the same root are no identities of machines.
    private static bool IsIssuedBy(X509Chain? chain, ReadOnlySpan<byte> issuer) =>
        chain is { ChainElements.Count: 3 } && chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(issuer);
}
