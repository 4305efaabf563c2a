using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Client.Connection;

/// <summary>Decides whether the server of a connection is the manager: a chain to the given authorities, and the right name.</summary>
internal sealed class ManagerTrust
{
    private readonly X509Certificate2Collection anchors = [];
    private readonly string? pin;

    private ManagerTrust(string? caFile, string? caPin)
    {
        pin = caPin is null ? null : Normalize(caPin);
        if (caFile is null) return;
        anchors.ImportFromPemFile(caFile);
        if (pin is null) return;
        var pinned = anchors.Where(IsPinned).ToList();
        if (pinned.Count == 0) throw new ArgumentException($"No certificate in {caFile} has the pinned public key {caPin}.", nameof(caPin));
        anchors.Clear();
        anchors.AddRange(pinned.ToArray());
    }

    /// <summary>The handler of connections.</summary>
    public static SocketsHttpHandler HandlerFor(ClusterClientOptions options)
    {
        var handler = new SocketsHttpHandler { UseProxy = true, PooledConnectionLifetime = TimeSpan.FromMinutes(15) };
        if (options is { CaFile: null, CaPin: null }) return handler;
        var trust = new ManagerTrust(options.CaFile, options.CaPin);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                trust.Accepts(certificate as X509Certificate2, chain, errors),
        };
        return handler;
    }

    private bool Accepts(X509Certificate2? leaf, X509Chain? sent, SslPolicyErrors errors)
    {
        if (leaf is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
        var others = sent?.ChainPolicy.ExtraStore ?? [];
        var roots = anchors.Count > 0 ? anchors : [.. others.Where(IsPinned)];
        if (roots.Count == 0) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(others);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return chain.Build(leaf);
    }

    private bool IsPinned(X509Certificate2 certificate) =>
        pin == Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static string Normalize(string pin)
    {
        const string Prefix = "sha256:";
        var digest = pin.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? pin[Prefix.Length..] : "";
        return digest.Length == 64 && digest.All(char.IsAsciiHexDigit)
            ? digest.ToLowerInvariant()
            : throw new ArgumentException("A pin is written as sha256: and 64 hexadecimal digits.", nameof(pin));
    }
}
