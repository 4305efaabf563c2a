using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Sender groups on a real Postfix, seen by clients with addresses of their own.</summary>
public sealed class SenderGroupTests : SenderGroupCase
{
    [Fact]
    public async Task Each_group_has_its_own_policy_whatever_the_client_does()
    {
        using var clients = new TestCa();
        using var strangers = new TestCa();
        var partner = ClientOf(clients);
        var stranger = ClientOf(strangers);
        var part = Part(
            Group("off", "off", "127.0.0.2"), Group("must", "must", "127.0.0.3", "127.0.0.16/28"),
            Group("proven", "proven", "127.0.0.4"), Group("list", "list", "127.0.0.5"),
            Group("partly", "must", "127.0.0.40-50")) with
        {
            Trust = new PartTrust
            {
                UseSystem = false, Authorities = [], ClientAuthorities = [Convert.ToBase64String(clients.Root.Der.Span)],
            },
        };

        var applied = await Host.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        applied.Proof!.Endpoints.ShouldHaveSingleItem().LeafSha256.ShouldBe(Certificate.Sha256);

        (string Client, bool Offered, string InClear, string Tls, string Proven, string Untrusted)[] wanted =
        [
            ("127.0.0.1", true, "250", "250", "250", "250"),
            ("127.0.0.2", false, "250", "502", "502", "502"),
            ("127.0.0.3", true, "530", "250", "250", "250"),
            ("127.0.0.4", true, "530", "554", "250", "554"),
            ("127.0.0.5", true, "250", "250", "250", "250"),
            ("127.0.0.17", true, "530", "250", "250", "250"),
            ("127.0.0.32", true, "250", "250", "250", "250"),
            ("127.0.0.39", true, "250", "250", "250", "250"),
            ("127.0.0.40", true, "530", "250", "250", "250"),
            ("127.0.0.50", true, "530", "250", "250", "250"),
            ("127.0.0.51", true, "250", "250", "250", "250"),
        ];
        foreach (var (client, offered, inClear, tls, proven, untrusted) in wanted)
        {
            var clear = await Play(new SmtpPlay { Source = client });
            (client, clear.OffersTls, clear.Code).ShouldBe((client, offered, inClear), clear.Answer);
            (client, (await Play(new SmtpPlay { Source = client, Tls = true })).Code).ShouldBe((client, tls));
            (client, (await Play(new SmtpPlay { Source = client, Tls = true, Certificate = partner })).Code).ShouldBe((client, proven));
            (client, (await Play(new SmtpPlay { Source = client, Tls = true, Certificate = stranger })).Code).ShouldBe((client, untrusted));
        }

        await SendersOfTheListMustUseTls();
        await PostmasterIsNoWayAround();
    }

    /// <summary>Whoever is offered no TLS sees no certificate, and does not say that others were served the right one.</summary>
    [Fact]
    public async Task A_certificate_that_this_host_is_not_shown_is_not_called_seen()
    {
        var applied = await Host.ApplyAsync(Part(Group("off", "off", "127.0.0.1")));

        applied.Failure.ShouldBeNull();
        applied.Proof!.Method.ShouldBe(VerificationMethod.NotCheckable);
        var endpoint = applied.Proof.Endpoints.ShouldHaveSingleItem();
        endpoint.Method.ShouldBe(VerificationMethod.NotCheckable);
        endpoint.Detail.ShouldContain("STARTTLS is not offered to this host");
    }

    private async Task SendersOfTheListMustUseTls()
    {
        (string From, string Code)[] wanted =
        [
            ("a@whole.test", "530"), ("A@Whole.Test", "530"), ("b@whole.test", "250"), ("boss@any.test", "530"), ("x@domain.test", "530"),
            ("x@sub.domain.test", "250"), ("x@under.test", "250"), ("x@y.under.test", "530"), ("x@xn--bcher-kva.test", "530"), ("", "250"),
            ("o'hara@whole.test", "530"), ("x@domainXtest", "250"), ("a@whole.test.", "530"), ("@relay.test:a@whole.test", "530"),
        ];
        foreach (var (from, code) in wanted)
        {
            (from, (await Play(new SmtpPlay { Source = "127.0.0.5", From = from })).Code).ShouldBe((from, code));
            (from, (await Play(new SmtpPlay { Source = "127.0.0.5", From = from, Tls = true })).Code).ShouldBe((from, "250"));
            (from, (await Play(new SmtpPlay { Source = "127.0.0.1", From = from })).Code).ShouldBe((from, "250"));
        }
    }

    // Postfix lets it pass before any restriction.
    private async Task PostmasterIsNoWayAround()
    {
        foreach (var then in new[] { "DATA", "BDAT 0 LAST" })
        {
            (await Play(new SmtpPlay { Source = "127.0.0.3", To = "postmaster", Then = then })).Code.ShouldBe("530");
            (await Play(new SmtpPlay { Source = "127.0.0.4", To = "postmaster", Then = then, Tls = true })).Code.ShouldBe("554");
            (await Play(new SmtpPlay { Source = "127.0.0.5", To = "postmaster", Then = then, From = "a@whole.test" })).Code.ShouldBe("530");
        }
    }

    private static SslStreamCertificateContext ClientOf(TestCa authority)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var leaf = authority.IssueFor(key.Public, "client.example.test");
        using var pair = X509Certificate2.CreateFromPem(leaf.ToPem(), PemEncoding.WriteString("PRIVATE KEY", key.ExportPkcs8()));
        var own = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pfx), password: null);
        var above = new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(authority.Intermediate.Der.Span));
        return SslStreamCertificateContext.Create(own, above, offline: true);
    }
}
