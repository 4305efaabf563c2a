using System.Net;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Cluster.Verification.Guard;
using Cluster.Verification.Smtp;
using Cluster.Verification.Tls;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Versions and ciphers of listeners: what is set is what they take, and what cannot be is refused by name.</summary>
public sealed class ProtocolTests : IAsyncLifetime
{
    private const string Block = $"{Kinds.TlsProtocols}/{TlsProtocolBlock.SmtpInbound}";
    private const string Four =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

    private PostfixHost host = null!;
    private ServicePart listeners = null!;

    public async ValueTask InitializeAsync()
    {
        host = await PostfixHost.StartAsync(new PostfixOptions { Listeners = ["mx", "sub"], Wrapped = ["sub"] });
        var (mx, sub) = (host.Parts.Certificate("mx.example.test"), host.Parts.RsaCertificate("sub.example.test"));
        listeners = Parts.Mx(PolicyTls.Preferred, mx).WithListener("sub", PolicyTls.Required, sub);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_range_is_enforced_and_proven_by_StartTls_and_from_the_first_byte_on_and_put_back_when_it_is_hidden()
    {
        (await host.ApplyAsync(listeners)).Failure.ShouldBeNull();
        (await TakesAsync("mx", TlsVersion.Tls12)).ShouldBeTrue();
        var before = await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation);

        var applied = await host.ApplyAsync(With(new TlsProtocolBlock { Minimum = TlsVersion.Tls13 }));
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        applied.Proof!.Endpoints.ShouldAllBe(e => e.Detail.EndsWith("only TLSv1.3", StringComparison.Ordinal));
        foreach (var name in new[] { "mx", "sub" })
        {
            (await TakesAsync(name, TlsVersion.Tls12)).ShouldBeFalse();
            (await TakesAsync(name, TlsVersion.Tls13)).ShouldBeTrue();
        }

        (await host.ApplyAsync(listeners with { Hidden = [Block] })).Failure.ShouldBeNull();
        (await TakesAsync("mx", TlsVersion.Tls12)).ShouldBeTrue();
        Parameters(await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation)).ShouldBe(Parameters(before));
        (await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation)).ShouldNotContain("protocols");
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Named_ciphers_are_the_only_ones_and_an_edited_list_is_a_difference_that_ends_the_proof()
    {
        var part = With(new TlsProtocolBlock
        {
            Minimum = TlsVersion.Tls12,
            Maximum = TlsVersion.Tls12,
            Ciphers = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
        });
        var applied = await host.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        applied.Proof!.Endpoints.ShouldAllBe(e => e.Detail.Contains("with the named ciphers alone", StringComparison.Ordinal));
        (await TakesAsync("mx", TlsVersion.Tls12, "ECDHE-ECDSA-CHACHA20-POLY1305")).ShouldBeFalse();
        (await TakesAsync("mx", TlsVersion.Tls12, "ECDHE-ECDSA-AES256-GCM-SHA384")).ShouldBeTrue();
        (await TakesAsync("mx", TlsVersion.Tls13)).ShouldBeFalse();

        await host.Postfix.PostconfAsync("-e", "cluster_smtpd_protocols=>=TLSv1.2");
        await host.Postfix.ReloadAsync();
        var drift = (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldHaveSingleItem();
        drift.Sides!.Name.ShouldBe(TlsProtocolBlock.SmtpInbound);
        var proof = await host.Driver.ProveAsync(part, PostfixHost.Cancellation);
        proof.Failure.ShouldNotBeNull().Message.ShouldContain("A client of tls1.3 is taken");
    }

    [Theory]
    [InlineData("cluster_smtpd_ciphers=" + Four + ":ECDHE-ECDSA-CHACHA20-POLY1305", "is taken, which is not among those named")]
    [InlineData("cluster_smtpd_preempt=no", "is preferred to ECDHE-ECDSA-AES128-GCM-SHA256")]
    [Trait("Category", "Full")]
    public async Task Other_ciphers_and_another_order_end_the_proof(string edit, string reason)
    {
        var part = With(new TlsProtocolBlock { Minimum = TlsVersion.Tls12, Ciphers = Four.Split(':') });
        var applied = await host.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        await host.Postfix.PostconfAsync("-e", edit);
        await host.Postfix.ReloadAsync();
        (await host.Driver.ProveAsync(part, PostfixHost.Cancellation)).Failure.ShouldNotBeNull().Message.ShouldContain(reason);
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Where_this_host_is_offered_no_TLS_the_trial_is_made_as_a_client_that_is()
    {
        await host.Postfix.PostconfAsync("-e", "smtpd_tls_exclude_ciphers=AES256");
        var mx = listeners.All<Listener>()["mx"] with
        {
            SenderGroups =
            [
                new SenderGroup { Name = "own", Senders = ["127.0.0.0/8"], Policy = "off" },
                new SenderGroup { Name = "others", Senders = ["192.0.2.0/24"], Policy = "offered" },
            ],
        };
        listeners = listeners.With("mx", mx)
            .With("off", new MailFlowPolicy { Tls = PolicyTls.Off })
            .With("offered", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        var applied = await host.ApplyAsync(With(new TlsProtocolBlock
        {
            Minimum = TlsVersion.Tls12, Ciphers = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"],
        }));
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldHaveSingleItem().Message
            .ShouldMatch("^Listener mx: .* that offers ECDHE-ECDSA-AES256-GCM-SHA384 is refused");
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task What_this_host_does_not_offer_is_refused_by_name_and_holds_back_no_listener()
    {
        await host.Postfix.PostconfAsync("-e", "smtpd_tls_exclude_ciphers=AES256");
        await Refused(new TlsProtocolBlock { Minimum = TlsVersion.Tls12, Ciphers = ["TLS_AES_128_GCM_SHA256"] }, "TLS_AES_128_GCM_SHA256");
        await Refused(new TlsProtocolBlock { Minimum = TlsVersion.Tls10, Maximum = TlsVersion.Tls11 }, "TLS 1.1");
        string[] ciphers = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"];
        await Refused(new TlsProtocolBlock { Minimum = TlsVersion.Tls12, Ciphers = ciphers }, "smtpd_tls_exclude_ciphers = AES256");

        // Seen once, it is known: nothing is started for it again, and a plan says so, too.
        host.Runner.Lines.Clear();
        var part = With(new TlsProtocolBlock { Minimum = TlsVersion.Tls12, Ciphers = ciphers });
        (await host.Driver.PlanAsync(part, PostfixHost.Cancellation)).Value.ShouldNotBeNull().ShouldContain("smtpd_tls_exclude_ciphers");
        (await host.ApplyAsync(part)).Staged!.Refused.ShouldHaveSingleItem();
        host.Runner.Lines.ShouldNotContain(l => l.Contains("scratch", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task What_was_refused_is_tried_again_when_the_administrator_changed_what_stood_against_it()
    {
        var option = $"127.0.0.1:{host.Postfix.Ports["mx"]}/inet/smtpd_tls_exclude_ciphers";
        await host.Postfix.PostconfAsync("-P", option + "=AES256");
        string[] ciphers = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"];
        var block = new TlsProtocolBlock { Minimum = TlsVersion.Tls12, Ciphers = ciphers };
        await Refused(block, "smtpd_tls_exclude_ciphers = AES256");
        await host.Postfix.PostconfAsync("-PX", option);
        (await host.ApplyAsync(With(block))).Staged!.Refused.ShouldBeEmpty();
    }

    private async Task Refused(TlsProtocolBlock block, string reason)
    {
        var applied = await host.ApplyAsync(With(block));
        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
        ($"{refused.Kind}/{refused.Name}", refused.Code).ShouldBe((Block, ApplyCodes.Unsupported));
        refused.Message.ShouldContain(reason);
        applied.Proof!.Endpoints.Count.ShouldBe(2);
        applied.Proof.Endpoints.ShouldAllBe(e => !e.Detail.Contains("TLSv", StringComparison.Ordinal));
    }

    private ServicePart With(TlsProtocolBlock block) => listeners.With(TlsProtocolBlock.SmtpInbound, block);

    private static IEnumerable<string> Parameters(string main) =>
        main.Split('\n').Where(l => !l.StartsWith("cluster_gen", StringComparison.Ordinal));

    private async Task<bool> TakesAsync(string listener, TlsVersion version, params string[] ciphers)
    {
        var target = new SmtpTlsTarget
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, host.Postfix.Ports[listener]),
            ImplicitTls = listener == "sub",
        };
        var offer = new HelloOffer { Version = version };
        if (ciphers.Length > 0) offer = offer with { Suites = [.. ciphers.Select(c => CipherSuites.ByName[c].Code)] };
        await using var connection = await SmtpTlsStart.OpenAsync(new OwnHostGuard(), target, PostfixHost.Cancellation);
        return (await ClientHelloProbe.AskAsync(connection, offer, PostfixHost.Cancellation)).IsAccepted;
    }
}
