using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Tests.ManagerSide;

/// <summary>A control CA for tests, made with the real profiles.</summary>
public sealed class TestAuthority
{
    private readonly PrivateKeyMaterial rootKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial agentsKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial serversKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial signersKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial signerKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial serverKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly CertificateInfo agents;
    private readonly CertificateInfo servers;
    private readonly CertificateInfo signers;
    private readonly CertificateInfo signer;

    public TestAuthority()
    {
        var now = TimeProvider.System.GetUtcNow();
        Root = ControlCa.IssueRoot(rootKey, "Test control root", now);
        agents = ControlCa.IssueIssuer(Root, rootKey, agentsKey.Public, IssuerRole.Agents, now);
        servers = ControlCa.IssueIssuer(Root, rootKey, serversKey.Public, IssuerRole.Servers, now);
        signers = ControlCa.IssueIssuer(Root, rootKey, signersKey.Public, IssuerRole.Signer, now);
        signer = ControlCa.IssueSigner(signers, signersKey, signerKey.Public, now, TimeSpan.FromDays(365));
    }

    public CertificateInfo Root { get; }

    public string Pin => "sha256:" + Root.PublicKeySha256;

    public CertificateInfo AgentsIssuer => agents;

    public X509Certificate2 ServerCertificate(bool withRole = true)
    {
        var now = TimeProvider.System.GetUtcNow();
        var leaf = withRole
            ? ControlCa.IssueServer(
                servers,
                serversKey,
                serverKey.Public,
                new ServerNames(["elsewhere.example"], [IPAddress.Loopback]),
                now,
                TimeSpan.FromDays(30))
            : CertificateIssuing.Issue(servers, serversKey, new IssueOrder
            {
                PublicKey = serverKey.Public,
                Subject = new SubjectName { CommonName = "localhost" },
                DnsNames = ["localhost"],
                IpAddresses = [IPAddress.Loopback],
                NotBefore = now.AddDays(-2),
                NotAfter = now.AddDays(30),
                KeyUsage = X509KeyUsageFlags.DigitalSignature,
                ExtendedKeyUsage = ["1.3.6.1.5.5.7.3.1"],
            });
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(serverKey.ExportPkcs8(), out _);
        using var bare = leaf.ToX509Certificate2();
        return bare.CopyWithPrivateKey(key);
    }

    public X509Certificate2Collection ServerChain() => [servers.ToX509Certificate2()];

    public IReadOnlyList<byte[]> IssueIdentity(PublicKeyMaterial key, Guid cluster, Guid machine, TimeSpan lifetime)
    {
        var leaf = ControlCa.IssueMachine(
            agents, agentsKey, key, new IdentityOrder(cluster, machine, lifetime), TimeProvider.System.GetUtcNow());
        return [leaf.Der.ToArray(), agents.Der.ToArray()];
    }

    public SignedTrustSet TrustSet(ulong number, params string[] addresses)
    {
        var set = new TrustSet { Number = number, InstallationId = "test" };
        set.Roots.Add(ByteString.CopyFrom(Root.Der.Span));
        foreach (var issuer in new[] { agents, servers, signers }) set.Issuers.Add(ByteString.CopyFrom(issuer.Der.Span));
        set.Signers.Add(ByteString.CopyFrom(signer.Der.Span));
        set.ManagerAddresses.AddRange(addresses);
        return Sign(set);
    }

    public SignedTrustSet Sign(TrustSet set) => new()
    {
        TrustSet = set.ToByteString(),
        Signature = Signature(ProtocolLimits.TrustSetLabel, set.ToByteArray()),
        SignerCertificate = ByteString.CopyFrom(signer.Der.Span),
    };

    public SignedStatement Sign(Assignment assignment) => SignAssignment(assignment.ToByteArray());

    /// <summary>Signs whatever bytes as an assignment.</summary>
    public SignedStatement SignAssignment(byte[] statement) => new()
    {
        Statement = ByteString.CopyFrom(statement),
        Signature = Signature(ProtocolLimits.AssignmentLabel, statement),
        SignerCertificate = ByteString.CopyFrom(signer.Der.Span),
    };

    public SignedRemoval Sign(Removal removal) => SignRemoval(removal.ToByteArray());

    /// <summary>Signs whatever bytes as a removal.</summary>
    public SignedRemoval SignRemoval(byte[] removal) => new()
    {
        Removal = ByteString.CopyFrom(removal),
        Signature = Signature(ProtocolLimits.RemovalLabel, removal),
        SignerCertificate = ByteString.CopyFrom(signer.Der.Span),
    };

    private ByteString Signature(string label, byte[] statement) => ByteString.CopyFrom(signerKey.Sign(SignedBytes.Of(label, statement)));
}
