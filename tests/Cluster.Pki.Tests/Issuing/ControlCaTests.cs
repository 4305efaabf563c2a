using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Pki.Tests.Corpus;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Issuing;

public sealed class ControlCaTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);
    private readonly PrivateKeyMaterial rootKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial issuerKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial leafKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    [Fact]
    public void A_machine_identity_names_the_machine_and_is_a_client_only()
    {
        var root = ControlCa.IssueRoot(rootKey, "Cluster root", Now);
        var issuer = ControlCa.IssueIssuer(root, rootKey, issuerKey.Public, IssuerRole.Agents, Now);
        var (cluster, machine) = (Guid.CreateVersion7(Now), Guid.CreateVersion7(Now));
        var identity =
            ControlCa.IssueMachine(issuer, issuerKey, leafKey.Public, new IdentityOrder(cluster, machine, TimeSpan.FromDays(7)), Now);

        identity.Uris.ShouldBe([$"urn:cluster:{cluster}:machine:{machine}"]);
        ControlUris.TryParseMachine(identity.Uris[0], out var readCluster, out var readMachine).ShouldBeTrue();
        (readCluster, readMachine).ShouldBe((cluster, machine));
        identity.ExtendedKeyUsage.ShouldBe(["1.3.6.1.5.5.7.3.2"]);
        identity.KeyUsage.ShouldBe(X509KeyUsageFlags.DigitalSignature);
        identity.IsCa.ShouldBeFalse();
        identity.NotBefore.ShouldBe(Now.AddHours(-48));
        identity.NotAfter.ShouldBe(Now.AddDays(7));
        identity.IsIssuedBy(issuer).ShouldBeTrue();
        issuer.IsIssuedBy(root).ShouldBeTrue();
        root.IsSelfSigned.ShouldBeTrue();
        identity.AuthorityKeyIdentifier.ShouldBe(issuer.SubjectKeyIdentifier);
        Convert.FromHexString(identity.SerialNumber).Length.ShouldBe(17);
        (root.NotAfter, issuer.NotAfter).ShouldBe((Now.AddYears(20), Now.AddYears(2)));
    }

    [Fact]
    public async Task Openssl_accepts_the_chain_of_a_server_certificate()
    {
        var root = ControlCa.IssueRoot(rootKey, "Cluster root", Now);
        var issuer = ControlCa.IssueIssuer(root, rootKey, issuerKey.Public, IssuerRole.Servers, Now);
        var names = new ServerNames(["manager.example.org"], [IPAddress.Loopback]);
        var server = ControlCa.IssueServer(issuer, issuerKey, leafKey.Public, names, Now, TimeSpan.FromDays(90));
        server.ExtendedKeyUsage.ShouldBe(["1.3.6.1.5.5.7.3.1"]);
        server.Uris.ShouldBe(["urn:cluster:role:manager"]);

        using var directory = new CorpusDirectory();
        var verified = await Tool.Run("openssl",
        [
            "verify", "-x509_strict", "-attime", Now.ToUnixTimeSeconds()
                .ToString(), "-purpose", "sslserver", "-verify_hostname", "manager.example.org",
            "-CAfile", directory.Write(
                "root.pem",
                root.ToPem()), "-untrusted", directory.Write("issuer.pem", issuer.ToPem()), directory.Write("leaf.pem", server.ToPem()),
        ]);
        verified.ShouldContain(": OK");
    }

    [Fact]
    public void A_signer_certificate_is_good_for_signing_only()
    {
        var root = ControlCa.IssueRoot(rootKey, "Cluster root", Now);
        var issuer = ControlCa.IssueIssuer(root, rootKey, issuerKey.Public, IssuerRole.Signer, Now);
        var signer = ControlCa.IssueSigner(issuer, issuerKey, leafKey.Public, Now, TimeSpan.FromDays(90));
        signer.KeyUsage.ShouldBe(X509KeyUsageFlags.DigitalSignature);
        signer.ExtendedKeyUsage.ShouldBeNull();
        signer.PublicKey.Verify("assignment"u8, leafKey.Sign("assignment"u8)).ShouldBeTrue();
    }

    [Fact]
    public void A_self_signed_certificate_of_any_key_kind_has_the_names_of_its_request()
    {
        RequestedNames.Check(null, ["mx.example.org"], ["192.0.2.9"], out var names).ShouldBeEmpty();
        foreach (var kind in (KeySpecification[])[KeySpecification.Rsa2048, KeySpecification.EcP384, KeySpecification.Ed25519])
        {
            using var key = PrivateKeyMaterial.Generate(kind);
            var certificate = SelfSigned.Create(key, names.ShouldNotBeNull(), Now, TimeSpan.FromDays(365));
            certificate.IsSelfSigned.ShouldBeTrue();
            certificate.DnsNames.ShouldBe(["mx.example.org"]);
            certificate.IpAddresses.ShouldBe([IPAddress.Parse("192.0.2.9")]);
            certificate.Subject.ShouldBe("CN=mx.example.org");
            certificate.NotAfter.ShouldBe(Now.AddDays(365));
        }
    }

    public void Dispose()
    {
        rootKey.Dispose();
        issuerKey.Dispose();
        leafKey.Dispose();
    }
}
