using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Client certificates that a listener verifies, by real deliveries from one Postfix to another.</summary>
public sealed class ClientTrustTests : IAsyncLifetime
{
    private const string Domain = "good.example.test";
    private readonly TestCa clients = new("Clients");
    private readonly TestCa bySystem = new("System");
    private readonly TestDirectory directory = new("client-trust");
    private PostfixHost receiver = null!;
    private PostfixHost sender = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(directory["default.pem"], bySystem.Root.ToPem(), PostfixHost.Cancellation);
        receiver = await PostfixHost.StartAsync(new PostfixOptions
        {
            Name = "to",
            Listeners = ["mx", "open"],
            Domains = [Domain],
            MainCf = [
                "smtpd_tls_received_header = yes",
                $"import_environment = MAIL_CONFIG MAIL_LOGTAG TZ SSL_CERT_FILE={directory["default.pem"]}"
            ],
        });
        sender = await PostfixHost.StartAsync(new PostfixOptions
        {
            Name = "from",
            Routes = new Dictionary<string, string> { [Domain] = $"127.0.0.1:{receiver.Postfix.Ports["mx"]}" },
        });
    }

    public async ValueTask DisposeAsync()
    {
        clients.Dispose();
        bySystem.Dispose();
        if (sender is not null) await sender.DisposeAsync();
        if (receiver is not null) await receiver.DisposeAsync();
        directory.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Default_authorities_that_the_administrator_appends_do_not_widen_a_limited_list(bool inEntry)
    {
        if (inEntry)
        {
            var master = await File.ReadAllTextAsync(receiver.MasterCf, PostfixHost.Cancellation);
            var widened = master.Replace(
                "syslog_name=postfix/mx\n",
                "syslog_name=postfix/mx\n  -o { tls_append_default_CA = yes } -o tls_append_default_CA=yes\n",
                StringComparison.Ordinal);
            widened.ShouldNotBe(master);
            await File.WriteAllTextAsync(receiver.MasterCf, widened, PostfixHost.Cancellation);
        }
        else
        {
            await receiver.Postfix.PostconfAsync("-e", "tls_append_default_CA=yes");
        }

        (await receiver.ApplyAsync(Verifying(Trust(clients.Root)))).Failure.ShouldBeNull();
        await Send("stranger", Certificate(bySystem));
        (await sender.Postfix.LogLineAsync("to=<stranger@.*status=")).ShouldContain("status=deferred");
        await Send("partner", Certificate(clients));
        (await sender.Postfix.LogLineAsync("to=<partner@.*status=")).ShouldContain("status=sent");
        (await receiver.Postfix.PostconfAsync("-h", "tls_append_default_CA"))
            .Trim()
            .ShouldBe(inEntry ? "no" : "yes", "other listeners keep it");
    }

    [Fact]
    public async Task A_client_of_a_custom_authority_is_trusted_and_everybody_else_is_refused()
    {
        var applied = await receiver.ApplyAsync(Verifying(Trust(clients.Root)));
        applied.Failure.ShouldBeNull();
        applied.Proof!.Endpoints.ShouldContain(l => l.Name == "mx" && l.Detail.Contains("a client without a certificate"));

        // The sender's own authority is not the one for clients here.
        await Send("stranger", Certificate(sender.Parts.Ca));
        (await sender.Postfix.LogLineAsync("to=<stranger@.*status=")).ShouldContain("status=deferred");
        await receiver.Postfix.LogLineAsync("Client certificate not trusted");
        await Send("anonymous", null);
        (await sender.Postfix.LogLineAsync("to=<anonymous@.*status=")).ShouldContain("status=deferred");
        await receiver.Postfix.LogLineAsync("No client certificate presented");

        await Send("partner", Certificate(clients));
        (await sender.Postfix.LogLineAsync("to=<partner@.*status=")).ShouldContain("status=sent");
        await receiver.Postfix.LogLineAsync("Trusted TLS connection established from");
    }

    [Fact]
    public async Task Verification_comes_and_goes_and_leaves_other_listeners_and_the_administrator_s_authorities_alone()
    {
        await receiver.Postfix.PostconfAsync("-e", "smtpd_tls_CAfile=/etc/ssl/certs/ca-certificates.crt");
        var certificate = receiver.Parts.Certificate("mx.example.test");
        var plain = Parts.Mx(PolicyTls.Required, certificate).WithListener("open", PolicyTls.Preferred, certificate);
        (await receiver.ApplyAsync(plain)).Failure.ShouldBeNull();
        var before = File.ReadAllText(receiver.MasterCf);

        (await receiver.ApplyAsync(WithVerification(plain, Trust(clients.Root)))).Failure.ShouldBeNull();
        File.ReadAllText(receiver.MasterCf).ShouldContain("-o smtpd_tls_req_ccert=$cluster_");
        (await receiver.Postfix.PostconfAsync("-h", "smtpd_tls_CAfile")).Trim().ShouldBe("/etc/ssl/certs/ca-certificates.crt");
        (await SmtpProbe.MailInClearAsync(receiver.Postfix.Ports["open"])).ShouldStartWith("250");

        (await receiver.ApplyAsync(WithVerification(plain, Trust(receiver.Parts.Ca.Root)))).Failure.ShouldBeNull();
        (await receiver.ApplyAsync(plain)).Failure.ShouldBeNull();
        File.ReadAllText(receiver.MasterCf).ShouldBe(before);
        File.ReadAllText(receiver.MainCf).ShouldNotContain("client_ca");
    }

    [Fact]
    public async Task Without_a_list_of_its_own_whatever_is_trusted_counts_and_nothing_at_all_is_refused()
    {
        (await receiver.ApplyAsync(
            Verifying(new PartTrust { UseSystem = false, Authorities = [Base64(clients.Root)] }))).Failure.ShouldBeNull();
        await Send("partner", Certificate(clients));
        (await sender.Postfix.LogLineAsync("to=<partner@.*status=")).ShouldContain("status=sent");

        var refused = await receiver.ApplyAsync(Verifying(new PartTrust { UseSystem = true, Authorities = [], ClientAuthorities = [] }));
        refused.Failure.ShouldBeNull();
        var listener = refused.Staged!.Refused.ShouldHaveSingleItem();
        (listener.Kind, listener.Name, listener.Code).ShouldBe((Listener.Kind, "mx", "invalid-part"));
        listener.Message.ShouldContain("no authority is trusted");
        await Send("afterwards", Certificate(clients));
        (await sender.Postfix.LogLineAsync("to=<afterwards@.*status=")).ShouldContain("status=sent");
        await Send("stranger", Certificate(bySystem));
        (await sender.Postfix.LogLineAsync("to=<stranger@.*status=")).ShouldContain("status=deferred");
    }

    private ServicePart Verifying(PartTrust trust) =>
        WithVerification(Parts.Mx(PolicyTls.Required, receiver.Parts.Certificate("mx.example.test")), trust);

    private static ServicePart WithVerification(ServicePart part, PartTrust trust) =>
        part.With("mx-policy", new MailFlowPolicy { Tls = PolicyTls.Required, VerifyClientCertificate = true }) with { Trust = trust };

    private static PartTrust Trust(CertificateInfo authority) =>
        new() { UseSystem = true, Authorities = [], ClientAuthorities = [Base64(authority)] };

    private static string Base64(CertificateInfo certificate) => Convert.ToBase64String(certificate.Der.Span);

    private PartCertificate Certificate(TestCa authority) => sender.Parts.IssuedBy(authority, "from.example.test");

    private async Task Send(string user, PartCertificate? client)
    {
        var part = Parts.Empty.WithDestination(Domain, DestinationTls.Required).WithTrust(useSystem: false, receiver.Parts.Ca.Root);
        if (client is not null)
            part = part.With(new OutboundSettings { Certificate = "client" }) with
            {
                Certificates = new Dictionary<string, PartCertificate> { ["client"] = client }
            };
        var applied = await sender.ApplyAsync(client is null ? part with { Hidden = [$"{Kinds.Outbound}/{Kinds.SingletonName}"] } : part);
        applied.Failure.ShouldBeNull();
        await sender.Postfix.SendAsync("a@from.example.test", $"{user}@{Domain}");
    }
}
