using Cluster.Agent.Drivers;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Testing;
using Cluster.Testing.Authorities;

namespace Cluster.Agent.Tests.Drivers;

/// <summary>Makes parts as a manager would send them, with keys.</summary>
internal sealed class Parts : IPrivateKeys, IDisposable
{
    private readonly Dictionary<string, byte[]> keys = new(StringComparer.Ordinal);

    public TestCa Ca { get; } = new();

    /// <summary>Forget a key, as if it had not arrived.</summary>
    public void Forget(PartCertificate certificate) => keys.Remove(certificate.PublicKeySha256);

    /// <summary>Gives another key under the name of a certificate's.</summary>
    public void Swap(PartCertificate certificate)
    {
        using var other = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        keys[certificate.PublicKeySha256] = other.ExportPkcs8();
    }

    public byte[]? Find(string publicKeySha256) => keys.TryGetValue(publicKeySha256, out var key) ? [.. key] : null;

    public PartCertificate Certificate(params string[] names)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        return Keep(key, Ca.IssueFor(key.Public, names), [Ca.Intermediate]);
    }

    public PartCertificate RsaCertificate(params string[] names)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.Rsa2048);
        return Keep(key, Ca.IssueFor(key.Public, names), [Ca.Intermediate]);
    }

    /// <summary>For a key in PKCS#8.</summary>
    public PartCertificate OfKey(byte[] pkcs8, params string[] names)
    {
        using var key = PrivateKeyMaterial.TryReadPkcs8(pkcs8) ?? throw new TestGaveUpException("The key cannot be read.");
        return Keep(key, Ca.IssueFor(key.Public, names), [Ca.Intermediate]);
    }

    public PartCertificate IssuedBy(TestCa authority, params string[] names)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        return Keep(key, authority.IssueFor(key.Public, names), [authority.Intermediate]);
    }

    public PartCertificate Dated(string name, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        return Keep(key, Ca.Issue(Ca.Leaf(key.Public, [name], null) with { NotBefore = from, NotAfter = until }), [Ca.Intermediate]);
    }

    public PartCertificate SelfSigned(string name)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var order = Ca.Leaf(key.Public, [name], null);
        return Keep(key, Cluster.Pki.Issuing.CertificateIssuing.IssueSelfSigned(key, order), []);
    }

    public static ServicePart Empty { get; } = ServicePart.Empty("postfix");

    /// <summary>One listener <c>mx</c>.</summary>
    public static ServicePart Mx(PolicyTls tls, PartCertificate? certificate) => Empty.WithListener("mx", tls, certificate);

    public void Dispose() => Ca.Dispose();

    private PartCertificate Keep(PrivateKeyMaterial key, CertificateInfo leaf, IReadOnlyList<CertificateInfo> intermediates)
    {
        keys[key.PublicKeySha256] = key.ExportPkcs8();
        return new PartCertificate
        {
            Chain = [.. new[] { leaf }.Concat(intermediates).Select(c => Convert.ToBase64String(c.Der.Span))],
            PublicKeySha256 = leaf.PublicKeySha256,
            Sha256 = leaf.Sha256,
        };
    }
}

internal static class PartEdits
{
    public static ServicePart WithListener(this ServicePart part, string name, PolicyTls tls, PartCertificate? certificate)
    {
        var given = certificate is null ? null : $"{name}-cert";
        var listener = new Listener
        {
            Type = ListenerType.Public,
            Port = 25,
            Hostname = $"{name}.example.test",
            Certificate = given,
            DefaultPolicy = $"{name}-policy"
        };
        part = part.With(name, listener).With($"{name}-policy", new MailFlowPolicy { Tls = tls });
        return certificate is null
            ? part
            : part with { Certificates = new Dictionary<string, PartCertificate>(part.Certificates) { [$"{name}-cert"] = certificate } };
    }

    public static ServicePart WithDestination(this ServicePart part, string domain, DestinationTls tls, params string[] match) =>
        part.With(domain, new DestinationControl { Tls = tls, Match = match.Length > 0 ? match : null });

    public static ServicePart WithTrust(this ServicePart part, bool useSystem, params CertificateInfo[] authorities) => part with
    {
        Trust = new PartTrust { UseSystem = useSystem, Authorities = [.. authorities.Select(a => Convert.ToBase64String(a.Der.Span))] },
    };
}
