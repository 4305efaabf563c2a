using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;

namespace Cluster.Verification.Tls;

/// <summary>Takes down the certificates that a peer sends, in the order of the wire, without judging them.</summary>
internal sealed class ServedChain
{
    public IReadOnlyList<CertificateInfo> Certificates { get; private set; } = [];

    public SslClientAuthenticationOptions Options(TlsOffer offer) => new()
    {
        TargetHost = offer.ServerName ?? "",
        EnabledSslProtocols = offer.EnabledProtocols,
        CipherSuitesPolicy = offer.CipherSuites,
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,

        // No list of authorities is read and nothing is fetched: the callback only looks.
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        },
        RemoteCertificateValidationCallback = (_, leaf, chain, _) => Keep(leaf, chain),
    };

    private bool Keep(X509Certificate? leaf, X509Chain? chain)
    {
        if (leaf is null) return true;
        var seen = new List<byte[]> { leaf.GetRawCertData() };
        foreach (var further in chain?.ChainPolicy.ExtraStore ?? [])
        {
            // The platform lists the leaf again at the head of what came over the wire.
            if (seen.Count > 1 || !further.RawDataMemory.Span.SequenceEqual(seen[0])) seen.Add(further.RawData);
        }

        Certificates = [.. seen.Select(der => CertificateInfo.TryRead(der)).OfType<CertificateInfo>()];
        return true;
    }
}
