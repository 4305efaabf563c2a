using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Testing.Authorities;

/// <summary>A root with one intermediate that signs what a public authority would sign for a test.</summary>
public sealed class TestCa : IDisposable
{
    private readonly PrivateKeyMaterial rootKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial intermediateKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly DateTimeOffset now;

    /// <summary>Makes the authority; all its certificates begin a day before <paramref name="now"/>.</summary>
    /// <param name="name">Begins the names of root and intermediate.</param>
    /// <param name="now">Now; null = the time of the system.</param>
    /// <param name="intermediateUsage">Object identifiers of the intermediate's extendedKeyUsage; null = it has none.</param>
    public TestCa(string name = "Test CA", DateTimeOffset? now = null, IReadOnlyList<string>? intermediateUsage = null)
    {
        this.now = now ?? TimeProvider.System.GetUtcNow();
        Root = CertificateIssuing.IssueSelfSigned(rootKey, Authority(rootKey.Public, $"{name} root", 20));
        Intermediate = CertificateIssuing.Issue(Root, rootKey, Authority(intermediateKey.Public, $"{name} intermediate", 5) with
        {
            ExtendedKeyUsage = intermediateUsage ?? [],
        });
    }

    /// <summary>The root.</summary>
    public CertificateInfo Root { get; }

    /// <summary>The intermediate, which issues the leaves.</summary>
    public CertificateInfo Intermediate { get; }

    /// <summary>PEM of leaf and intermediate, as an authority sends it back.</summary>
    public string PemFor(CertificateInfo leaf) => leaf.ToPem() + Intermediate.ToPem();

    /// <summary>Signs a request, PEM or DER, with the names that it asks for.</summary>
    public CertificateInfo Sign(ReadOnlySpan<byte> pemOrDer, TimeSpan? validFor = null)
    {
        var read = SigningRequests.Read(pemOrDer);
        if (!read.TryGet(out var request, out var error)) throw new ArgumentException($"{error.Code}: {error.Message}", nameof(pemOrDer));
        return Issue(
            Leaf(request.PublicKey, request.DnsNames, validFor) with { Subject = request.SubjectName, IpAddresses = request.IpAddresses });
    }

    /// <summary>Signs a request in PEM text.</summary>
    public CertificateInfo Sign(string pem, TimeSpan? validFor = null) => Sign(System.Text.Encoding.ASCII.GetBytes(pem), validFor);

    /// <summary>Issues a leaf for a key with DNS names; the first is the CN.</summary>
    public CertificateInfo IssueFor(PublicKeyMaterial key, params string[] dnsNames) => Issue(Leaf(key, dnsNames, validFor: null));

    /// <summary>The order of an ordinary leaf, to be changed with <c>with</c>.</summary>
    public IssueOrder Leaf(PublicKeyMaterial key, IReadOnlyList<string> dnsNames, TimeSpan? validFor) => new()
    {
        PublicKey = key,
        Subject = new SubjectName { CommonName = dnsNames.Count > 0 ? dnsNames[0] : "leaf" },
        DnsNames = dnsNames,
        NotBefore = now.AddDays(-1),
        NotAfter = now + (validFor ?? TimeSpan.FromDays(90)),
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsage = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
    };

    /// <summary>Issues any order from the intermediate.</summary>
    public CertificateInfo Issue(IssueOrder order) => CertificateIssuing.Issue(Intermediate, intermediateKey, order);

    /// <summary>
    /// Certifies the intermediate of another authority: a cross-signed alternative of <paramref name="other"/>'s intermediate.
    /// </summary>
    public CertificateInfo CrossSign(TestCa other) => Certify(other.Intermediate);

    /// <summary>Certifies the root of another authority, which thereby becomes an intermediate of this one.</summary>
    public CertificateInfo CrossSignRoot(TestCa other) => Certify(other.Root);

    /// <summary>Signs a request in PEM text with the root itself.</summary>
    public CertificateInfo SignByRoot(string pem)
    {
        var request = SigningRequests.Read(System.Text.Encoding.ASCII.GetBytes(pem)).Value!;
        return CertificateIssuing.Issue(Root, rootKey, Leaf(request.PublicKey, request.DnsNames, validFor: null));
    }

    private CertificateInfo Certify(CertificateInfo authority) => CertificateIssuing.Issue(Root, rootKey, new IssueOrder
    {
        PublicKey = authority.PublicKey,
        Subject = authority.SubjectName,
        NotBefore = now.AddDays(-1),
        NotAfter = now.AddYears(3),
        KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
        IsCa = true,
        PathLength = authority.IsSelfSigned ? null : 0,
    });

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        rootKey.Dispose();
        intermediateKey.Dispose();
    }

    private IssueOrder Authority(PublicKeyMaterial key, string commonName, int years) => new()
    {
        PublicKey = key,
        Subject = new SubjectName { CommonName = commonName, Organization = "Example" },
        NotBefore = now.AddDays(-1),
        NotAfter = now.AddYears(years),
        KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
        IsCa = true,
        CaIssuerUrl = years < 20 ? "http://ca.example.org/root.der" : null,
    };
}
