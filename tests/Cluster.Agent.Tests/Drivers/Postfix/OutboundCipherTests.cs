using System.Globalization;
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

/// <summary>What smtp(8) itself offers to servers, with mail, and what stands against it.</summary>
public sealed class OutboundCipherTests : IAsyncLifetime
{
    private const string Required = "required.example.test";
    private const string Preferred = "preferred.example.test";
    private const string Aes256 = "ECDHE-RSA-AES256-GCM-SHA384";
    private const string Aes128 = "ECDHE-ECDSA-AES128-GCM-SHA256";
    private readonly StartTlsFront server = new();
    private PostfixHost host = null!;
    private ServicePart listener = null!;
    private int sent;

    private static TlsProtocolBlock Block => new() { Minimum = TlsVersion.Tls12, Ciphers = [Aes128, Aes256] };

    public async ValueTask InitializeAsync()
    {
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        host = await PostfixHost.StartAsync(new PostfixOptions
        {
            Routes = new Dictionary<string, string> { [Required] = "127.0.0.1:" + port, [Preferred] = "127.0.0.2:" + port },
        });
        listener = Parts.Mx(PolicyTls.Preferred, host.Parts.Certificate("mx.example.test"));
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        server.Dispose();
    }

    [Fact]
    public async Task Smtp_offers_the_named_ciphers_alone_at_each_level_and_listeners_and_own_grades_stay()
    {
        await host.Postfix.PostconfAsync("-e", "smtp_tls_mandatory_ciphers=high");
        var applied = await host.ApplyAsync(With(Block));
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        applied.Proof!.Detail.ShouldContain("seen to offer only TLSv1.2 TLSv1.3 with the named ciphers alone");

        // Whoever takes the list away must not leave the grade with ciphers without encryption.
        (await host.Postfix.PostconfAsync("-h", "smtp_tls_exclude_ciphers")).Trim().ShouldBe("aNULL, eNULL");
        foreach (var domain in new[] { Required, Preferred })
        {
            var hello = await HelloAsync(domain);
            hello.Suites.Where(s => !CipherSuites.IsOfTls13(s)).Select(CipherSuites.NameOf).ShouldBe([Aes128, Aes256]);
            hello.Versions!.ShouldBe([0x0304, 0x0303], ignoreOrder: true);
        }

        (await ListenerTakesAsync("ECDHE-ECDSA-AES256-GCM-SHA384")).ShouldBeTrue();
        (await host.ApplyAsync(With(block: null) with { Hidden = [$"{Kinds.TlsProtocols}/{TlsProtocolBlock.SmtpOutbound}"] }))
            .Failure.ShouldBeNull();
        (await host.Postfix.PostconfAsync("-h", "smtp_tls_mandatory_ciphers", "smtp_tls_ciphers", "tls_null_cipherlist"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["high", "medium", "eNULL:!aNULL"]);
        (await HelloAsync(Required)).Suites.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Older_versions_are_offered_where_they_are_named_also_where_the_client_does_not_list_them()
    {
        await Accepted(new TlsProtocolBlock { Minimum = TlsVersion.Tls10 });
        (await HelloAsync(Preferred)).Versions!.Count.ShouldBe(4);
        await Accepted(new TlsProtocolBlock { Minimum = TlsVersion.Tls11, Maximum = TlsVersion.Tls12, Ciphers = ["ECDHE-RSA-AES128-SHA"] });
        (await HelloAsync(Required)).Versions.ShouldBeNull();
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task What_would_undo_the_ciphers_or_be_given_them_is_refused_by_name()
    {
        await Refused(Block with { Ciphers = ["FOO-BAR"] }, "FOO-BAR is none that the agent knows");
        await Refused(Block with { Ciphers = [Aes128, "TLS_AES_128_GCM_SHA256"] }, "single ciphers of TLS 1.3");
        await RefusedWith(["-e", "smtp_tls_mandatory_exclude_ciphers=AES256"], ["-X", "smtp_tls_mandatory_exclude_ciphers"], Aes256);
        await RefusedWith(["-P", "smtp/unix/smtp_tls_ciphers=high"], ["-PX", "smtp/unix/smtp_tls_ciphers"], "-o smtp_tls_ciphers=high");
        await RefusedWith(["-P", "smtp/unix/tls_config_name=own"], ["-PX", "smtp/unix/tls_config_name"], "-o tls_config_name=own");
        const string Maps = "smtp_tls_policy_maps";
        await RefusedWith(["-e", $"{Maps}=inline:{{{{a.test=encrypt ciphers=high}}}}"], ["-X", Maps], "Take ciphers= out");
        await RefusedWith(["-e", $"{Maps}=inline:{{{{a.test=encrypt exclude=AES}}}}"], ["-X", Maps], "Take exclude= out");
        await RefusedWith(["-e", "smtpd_tls_mandatory_ciphers=null"], ["-X", "smtpd_tls_mandatory_ciphers"], "Use another grade");
        await RefusedWith(["-e", "tls_null_cipherlist=eNULL"], ["-X", "tls_null_cipherlist"], "a list of your own");
        const string Lmtp = "lmtp_tls_policy_maps";
        await RefusedWith(["-e", $"{Lmtp}=inline:{{{{a.test=encrypt ciphers=null}}}}"], ["-X", Lmtp], "Take ciphers=null out");

        // Versions alone are undone by none of these.
        await host.Postfix.PostconfAsync("-e", $"{Maps}=inline:{{{{a.test=encrypt ciphers=high}}}}", "smtpd_tls_mandatory_ciphers=null");
        await Accepted(new TlsProtocolBlock { Minimum = TlsVersion.Tls12 });
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task What_is_changed_afterwards_ends_the_proof()
    {
        await Accepted(Block);
        await host.Postfix.PostconfAsync("-e", "smtp_tls_exclude_ciphers=aNULL, eNULL, AES128");
        await NotProven(Aes128);
        await host.Postfix.PostconfAsync("-e", "smtp_tls_exclude_ciphers=aNULL, eNULL", "tls_null_cipherlist=HIGH");
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).Select(d => d.Sides?.Name).ShouldContain(TlsProtocolBlock.SmtpOutbound);
        await NotProven("tls_null_cipherlist = HIGH");
    }

    private async Task RefusedWith(string[] set, string[] unset, string reason)
    {
        await host.Postfix.PostconfAsync(set);
        await Refused(Block, reason);
        await host.Postfix.PostconfAsync(unset);
    }

    private async Task Refused(TlsProtocolBlock block, string reason)
    {
        var applied = await host.ApplyAsync(With(block));
        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.Where(r => r.Kind == Kinds.TlsProtocols).ShouldHaveSingleItem();
        (refused.Name, refused.Code).ShouldBe((TlsProtocolBlock.SmtpOutbound, ApplyCodes.Unsupported));
        refused.Message.ShouldContain(reason);
        applied.Proof!.Detail.ShouldNotContain("offer");
    }

    private async Task Accepted(TlsProtocolBlock block)
    {
        var applied = await host.ApplyAsync(With(block));
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
    }

    private async Task NotProven(string reason)
    {
        var proof = await host.Driver.ProveAsync(With(Block), PostfixHost.Cancellation);
        proof.Failure.ShouldNotBeNull().Message.ShouldContain(reason);
    }

    private ServicePart With(TlsProtocolBlock? block)
    {
        var part = listener.WithDestination(Required, DestinationTls.Required)
            .WithDestination(Preferred, DestinationTls.Preferred);
        return block is null ? part : part.With(TlsProtocolBlock.SmtpOutbound, block);
    }

    private async Task<ClientHelloSeen> HelloAsync(string domain)
    {
        var hello = server.NextAsync(PostfixHost.Cancellation);
        await host.Postfix.SendAsync("a@from.example.test", [$"user{++sent}@{domain}"]);
        return await hello.WaitAsync(TimeSpan.FromSeconds(60), PostfixHost.Cancellation);
    }

    private async Task<bool> ListenerTakesAsync(string cipher)
    {
        var target = new SmtpTlsTarget { EndPoint = new IPEndPoint(IPAddress.Loopback, host.Postfix.Ports["mx"]) };
        await using var connection = await SmtpTlsStart.OpenAsync(new OwnHostGuard(), target, PostfixHost.Cancellation);
        var offer = new HelloOffer { Version = TlsVersion.Tls12, Suites = [CipherSuites.ByName[cipher].Code] };
        return (await ClientHelloProbe.AskAsync(connection, offer, PostfixHost.Cancellation)).IsAccepted;
    }
}
