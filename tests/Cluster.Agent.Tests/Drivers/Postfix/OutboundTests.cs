using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>What the outbound modes mean, by real deliveries from one Postfix to another.</summary>
public sealed class OutboundTests : IAsyncLifetime
{
    private const string Good = "good.example.test";
    private const string Wrong = "wrong.example.test";
    private const string Untrusted = "untrusted.example.test";
    private const string Plain = "plain.example.test";
    private static readonly string[] Domains = [Good, Wrong, Untrusted, Plain];
    private PostfixHost receiver = null!;
    private PostfixHost sender = null!;

    public async ValueTask InitializeAsync()
    {
        receiver = await PostfixHost.StartAsync(new PostfixOptions
        {
            Name = "to", Listeners = ["good", "wrong", "untrusted", "plain"], Domains = Domains, MainCf = ["smtpd_tls_ask_ccert = yes"],
        });
        var part = Parts.Empty
            .WithListener("good", PolicyTls.Preferred, receiver.Parts.Certificate(Good))
            .WithListener("wrong", PolicyTls.Preferred, receiver.Parts.Certificate("other.example.test"))
            .WithListener("untrusted", PolicyTls.Preferred, receiver.Parts.SelfSigned(Untrusted))
            .WithListener("plain", PolicyTls.Off, null);
        (await receiver.ApplyAsync(part)).Failure.ShouldBeNull();
        sender = await PostfixHost.StartAsync(new PostfixOptions
        {
            Name = "from",
            Routes = Domains.ToDictionary(d => d, d => $"127.0.0.1:{receiver.Postfix.Ports[d.Split('.')[0]]}"),
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (sender is not null) await sender.DisposeAsync();
        if (receiver is not null) await receiver.DisposeAsync();
    }

    [Fact]
    public async Task Every_mode_does_what_its_row_says()
    {
        await IsDelivered(DestinationTls.None, sent: Domains, encrypted: []);
        await IsDelivered(DestinationTls.Preferred, sent: Domains, encrypted: [Good, Wrong, Untrusted]);
        await IsDelivered(DestinationTls.Required, sent: [Good, Wrong, Untrusted], encrypted: [Good, Wrong, Untrusted]);
        await IsDelivered(DestinationTls.PreferredVerify, sent: Domains, encrypted: [Good, Wrong, Untrusted]);
        await IsDelivered(DestinationTls.RequiredVerify, sent: [Good], encrypted: [Good]);
    }

    [Fact]
    public async Task Client_certificate_host_name_and_trust_are_used_and_read_back()
    {
        var client = sender.Parts.Certificate("from.example.test");
        var part =
            WithAll(DestinationTls.Required).With(new OutboundSettings { Certificate = "client", Hostname = "Out.Example.Test" }) with
            {
                Certificates = new Dictionary<string, PartCertificate> { ["client"] = client },
            };
        var applied = await sender.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        applied.Proof!.Method.ShouldBe(VerificationMethod.Loaded);
        await sender.Postfix.SendAsync("a@from.example.test", $"client@{Good}");
        await sender.Postfix.LogLineAsync($"to=<client@{Good}>.*status=sent");
        (await receiver.Postfix.LogLineAsync("(Trusted|Untrusted) TLS connection established from")).ShouldContain("established from");
        (await sender.Postfix.PostconfAsync("-h", "smtp_helo_name")).Trim().ShouldBe("out.example.test");
        (await sender.Postfix.PostconfAsync("-h", "smtp_tls_CApath")).Trim().ShouldBe("");
    }

    [Fact]
    public async Task The_default_row_sets_the_level_for_everybody_else_and_the_administrator_s_maps_stay()
    {
        await sender.Postfix.PostconfAsync("-e", "smtp_tls_policy_maps=inline:{other.example=encrypt}");
        var applied = await sender.ApplyAsync(
            Parts.Empty.WithDestination("default", DestinationTls.Required).WithDestination("mx.example", DestinationTls.None));
        applied.Failure.ShouldBeNull();
        (await sender.Postfix.PostconfAsync("-h", "smtp_tls_security_level")).Trim().ShouldBe("encrypt");
        (await sender.Postfix.PostconfAsync("-h", "smtp_tls_policy_maps"))
            .Trim()
            .ShouldBe("texthash:$cluster_gen/tls_policy, inline:{other.example=encrypt}");
    }

    [Fact]
    public async Task A_weaker_policy_of_the_administrator_stands_against_the_default_and_against_nothing_else()
    {
        await sender.Postfix.PostconfAsync("-e", "smtp_tls_policy_maps=inline:{other.example=none}");

        var applied = await sender.ApplyAsync(
            Parts.Empty.WithDestination("default", DestinationTls.Required).WithDestination("mx.example", DestinationTls.None));

        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
        refused.Name.ShouldBe("default");
        refused.Message.ShouldContain("other.example");
    }

    [Fact]
    public async Task A_verifying_default_is_refused_where_the_host_routes_domains_itself()
    {
        var refused = await sender.ApplyAsync(Parts.Empty.WithDestination("default", DestinationTls.RequiredVerify));
        refused.Failure.ShouldNotBeNull().Code.ShouldBe("unsupported");
        refused.Failure.Message.ShouldContain(Good);
    }

    [Fact]
    public async Task A_map_that_cannot_be_asked_stops_the_change_for_now()
    {
        var transports = (await sender.Postfix.PostconfAsync("-h", "transport_maps")).Trim();
        await sender.Postfix.PostconfAsync("-e", $"transport_maps={transports}, tcp:127.0.0.1:1");
        var before = await File.ReadAllTextAsync(sender.MainCf, PostfixHost.Cancellation);
        var refused = await sender.ApplyAsync(Parts.Empty.WithDestination(Good, DestinationTls.Required));
        refused.Failure.ShouldNotBeNull().Code.ShouldBe("lookup-failed");
        refused.Failure.Kind.ShouldBe(ApplyFailureKind.Transient);
        refused.Failure.Message.ShouldContain("tcp:127.0.0.1:1");
        (await File.ReadAllTextAsync(sender.MainCf, PostfixHost.Cancellation)).ShouldBe(before);
    }

    private ServicePart WithAll(DestinationTls tls) =>
        Domains.Aggregate(Parts.Empty, (part, domain) => part.WithDestination(domain, tls))
            .WithTrust(useSystem: false, receiver.Parts.Ca.Root);

    private async Task IsDelivered(DestinationTls tls, string[] sent, string[] encrypted)
    {
        var applied = await sender.ApplyAsync(WithAll(tls));
        applied.Failure.ShouldBeNull();
        applied.Proof!.Method.ShouldBe(VerificationMethod.Loaded);
        var user = tls.ToString().ToLowerInvariant();
        foreach (var domain in Domains) await sender.Postfix.SendAsync("a@from.example.test", $"{user}@{domain}");
        foreach (var domain in Domains)
        {
            var line = await sender.Postfix.LogLineAsync($"to=<{user}@{domain}>.*status=");
            line.ShouldContain(sent.Contains(domain) ? "status=sent" : "status=deferred", customMessage: $"{tls} {domain}");
            var smtp = System.Text.RegularExpressions.Regex.Match(line, @"postfix/smtp\[\d+\]").Value;
            var lines = sender.Postfix.Log.Split('\n');
            var at = Array.FindIndex(lines, l => l == line);
            var handshake = lines.Take(at)
                .Reverse()
                .TakeWhile(l => !(l.Contains(smtp, StringComparison.Ordinal) && l.Contains("status=", StringComparison.Ordinal)))
                .Any(
                    l =>
                        l.Contains(smtp, StringComparison.Ordinal)
                            && l.Contains("TLS connection established to", StringComparison.Ordinal));
            if (sent.Contains(domain)) handshake.ShouldBe(encrypted.Contains(domain), $"{tls} {domain}");
        }
    }
}
