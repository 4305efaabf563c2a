using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Pki.Names;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Cluster.Verification.Guard;
using Cluster.Verification.Smtp;
using Cluster.Verification.Tls;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Smtp;

public sealed class SmtpTlsProbeTests : IDisposable
{
    private static readonly Dictionary<string, string> Tls = new()
    {
        ["EHLO"] = "250-mx.example.org\r\n250-PIPELINING\r\n250 STARTTLS",
        ["STARTTLS"] = "220 go",
        ["QUIT"] = "221 bye"
    };
    private readonly TestCa ca = new();
    private readonly SmtpTlsProbe probe = new(new OwnHostGuard(), TimeProvider.System);
    private readonly CertificateInfo leaf;
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    public SmtpTlsProbeTests() => leaf = ca.IssueFor(key.Public, "mx.example.org");

    public void Dispose()
    {
        ca.Dispose();
        key.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "TLSv1.2")]
    [InlineData(SslProtocols.Tls13, "TLSv1.3")]
    public async Task Everything_that_is_served_is_seen(SslProtocols protocols, string name)
    {
        await using var server = new FakeSmtpServer("220 mx.example.org ESMTP", Tls, Served());
        var report = await Run(
            new SmtpTlsTarget
            {
                EndPoint = server.EndPoint,
                Offer = new TlsOffer { Protocols = protocols, ServerName = "mx.example.org" },
                Recipient = "postmaster",
                References = [ReferenceIdentity.TryParse("mx.example.org")!]
            });
        report.Failure.ShouldBeNull();
        report.Tls.ShouldNotBeNull().Protocol.ShouldBe(name);
        report.Tls.Cipher.ShouldStartWith("TLS_");
        report.Tls.Chain.Select(c => c.Sha256).ShouldBe([leaf.Sha256, ca.Intermediate.Sha256]);
        report.Match!.Presented.ShouldBe("mx.example.org");
        report.RcptTo!.Code.ShouldBe(250);
        report.Stages.Select(s => s.Name)
            .ShouldBe(["connect", "greeting", "ehlo", "starttls", "handshake", "certificate", "name", "ehlo", "mail-from", "rcpt-to"]);
        report.Transcript.ShouldContain("C: STARTTLS");
        report.Transcript.ShouldContain("S: 250-PIPELINING");
    }

    [Fact]
    public async Task A_name_that_does_not_match_is_told()
    {
        await using var server = new FakeSmtpServer("220 mx", Tls, Served());
        var report =
            await Run(new SmtpTlsTarget { EndPoint = server.EndPoint, References = [ReferenceIdentity.TryParse("other.example.org")!] });
        report.Failure!.Name.ShouldBe(ProbeStages.Name);
        report.Match.ShouldBeNull();
        report.Tls!.Chain.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_STARTTLS_nothing_is_encrypted_and_nothing_fails()
    {
        await using var server = new FakeSmtpServer("220 mx", new Dictionary<string, string> { ["EHLO"] = "250 mx" });
        var report = await Run(new SmtpTlsTarget { EndPoint = server.EndPoint, TryMailInClear = true });
        report.Failure.ShouldBeNull();
        report.StartTlsOffered.ShouldBeFalse();
        report.Encrypted.ShouldBeFalse();
        report.MailInClear!.Code.ShouldBe(250);
    }

    [Theory]
    [InlineData("454 4.7.0 TLS not available due to local problem", ProbeStages.StartTls, "454")]
    [InlineData("220 go\r\n250 injected", ProbeStages.Handshake, "Clear text followed")]
    [InlineData("garbage", ProbeStages.StartTls, "not SMTP")]
    [InlineData("", ProbeStages.StartTls, "closed")]
    public async Task What_goes_wrong_with_STARTTLS_is_named(string answer, string stage, string detail)
    {
        await using var server = new FakeSmtpServer("220 mx", new Dictionary<string, string>(Tls) { ["STARTTLS"] = answer });
        var report = await Run(new SmtpTlsTarget { EndPoint = server.EndPoint });
        report.Failure!.Name.ShouldBe(stage);
        report.Failure.Detail.ShouldContain(detail);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_left_after_the_time_limit()
    {
        await using var server = new FakeSmtpServer(greeting: "", Tls);
        var report = await Run(new SmtpTlsTarget { EndPoint = server.EndPoint, StageTimeout = TimeSpan.FromMilliseconds(300) });
        report.Failure!.Name.ShouldBe(ProbeStages.Greeting);
        report.Failure.Detail.ShouldBe("No answer within 0.3 s.");
    }

    [Fact]
    public async Task A_refused_connection_is_a_stage()
    {
        var report = await Run(new SmtpTlsTarget { EndPoint = new IPEndPoint(IPAddress.Loopback, FreePort.Next()) });
        report.Failure!.Name.ShouldBe(ProbeStages.Connect);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await using var server = new FakeSmtpServer("220 " + new string('x', 70_000), Tls);
        (await Run(new SmtpTlsTarget { EndPoint = server.EndPoint })).Failure!.Detail.ShouldContain("64 KiB");
    }

    [Fact]
    public async Task Several_connections_are_open_at_once()
    {
        await using var server = new FakeSmtpServer("220 mx", Tls, Served());
        var reports =
            await probe.RunTogetherAsync(new SmtpTlsTarget { EndPoint = server.EndPoint }, 4, TestContext.Current.CancellationToken);
        reports.ShouldAllBe(r => r.Failure == null);
        server.Together.ShouldBe(4);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("169.254.169.254")]
    [InlineData("2001:db8::1")]
    public async Task Other_hosts_are_refused_before_anything_is_sent(string address)
    {
        var report = await Run(new SmtpTlsTarget { EndPoint = new IPEndPoint(IPAddress.Parse(address), 25) });
        report.Failure!.Name.ShouldBe(ProbeStages.Connect);
        report.Failure.Detail.ShouldBe($"{address} is not an address of this host.");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void The_own_host_is_allowed(string address) =>
        new OwnHostGuard().Refuse(new IPEndPoint(IPAddress.Parse(address), 25)).ShouldBeNull();

    private Task<SmtpTlsReport> Run(SmtpTlsTarget target) => probe.RunAsync(target, TestContext.Current.CancellationToken);

    private SslServerAuthenticationOptions Served() => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(
            key.PairWith(leaf.Der.Span), [ca.Intermediate.ToX509Certificate2()], offline: true),
    };
}
