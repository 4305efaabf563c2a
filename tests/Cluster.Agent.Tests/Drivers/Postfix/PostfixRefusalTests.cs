using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Bad changes are refused while they are staged: the live files and the live service stay as they are.</summary>
public sealed class PostfixRefusalTests : IAsyncLifetime
{
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync(new PostfixOptions { Listeners = ["mx", "sub"] });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task Certificates_that_Postfix_could_not_serve_are_refused_before_anything_is_written()
    {
        var good = host.Parts.Certificate("mx.example.test");
        (await host.ApplyAsync(Parts.Mx(PolicyTls.Preferred, good))).Failure.ShouldBeNull();
        var (files, reloads) = (host.Postfix.Snapshot(), host.Postfix.Reloads);

        var swapped = host.Parts.Certificate("mx.example.test");
        host.Parts.Swap(swapped);
        await Refused(swapped, "key-mismatch");
        var missing = host.Parts.Certificate("mx.example.test");
        host.Parts.Forget(missing);
        var waits = (await host.ApplyAsync(Parts.Mx(PolicyTls.Preferred, missing))).Failure.ShouldNotBeNull();
        (waits.Code, waits.Kind, waits.Check).ShouldBe(("key-missing", ApplyFailureKind.Transient, "validation"));
        await Refused(host.Parts.Certificate("mx.example.test") with { Chain = ["AAAA"] }, "certificate-unreadable");
        var ordered = host.Parts.Certificate("mx.example.test");
        await Refused(ordered with { Chain = [.. ordered.Chain.Reverse()] }, "certificate-mismatch");
        await Refused(ordered with { Chain = [ordered.Chain[0], good.Chain[0]] }, "chain-order");
        var now = TimeProvider.System.GetUtcNow();
        await Refused(host.Parts.Dated("mx.example.test", now.AddDays(-9), now.AddDays(-1)), "certificate-expired");
        await Refused(host.Parts.Dated("mx.example.test", now.AddDays(1), now.AddDays(9)), "certificate-not-yet-valid");

        Live(host.Postfix.Snapshot()).ShouldBe(Live(files));
        host.Postfix.Reloads.ShouldBe(reloads);
        (await SmtpProbe.ServedAsync(host.Postfix.Port)).RawData.ShouldBe(Convert.FromBase64String(good.Chain[0]));
    }

    [Fact]
    public async Task A_local_parameter_that_bites_only_in_the_new_state_is_found_by_the_preflight()
    {
        await host.Postfix.PostconfAsync("-e", "smtpd_tls_mandatory_protocols=nonsense");
        var certificate = host.Parts.Certificate("mx.example.test");
        var part = Parts.Mx(PolicyTls.Preferred, certificate).WithListener("sub", PolicyTls.Preferred, certificate);
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        var files = host.Postfix.Snapshot();

        var refused = await host.ApplyAsync(part.WithListener("sub", PolicyTls.Required, certificate));
        refused.Failure.ShouldNotBeNull().Code.ShouldBe("preflight-failed");
        refused.Failure.Kind.ShouldBe(ApplyFailureKind.Final);
        refused.Failure.Message.ShouldContain("nonsense");
        refused.Failure.Message.ShouldStartWith("Listener sub:");
        host.Postfix.Snapshot().ShouldBe(files);
        (await SmtpProbe.MailInClearAsync(host.Postfix.Ports["sub"])).ShouldStartWith("250");
    }

    [Theory]
    [InlineData("smtpd_recipient_restrictions=pol_nosuch, reject", "pol_nosuch")]
    [InlineData("smtpd_client_restrictions=check_client_access cidr:/nope", "/nope")]
    [InlineData("smtpd_tls_ciphers=mayb", "mayb")]
    public async Task Broken_local_settings_are_told_with_Postfix_s_own_words(string setting, string reason)
    {
        await host.Postfix.PostconfAsync("-e", setting);
        var refused = await host.ApplyAsync(Parts.Mx(PolicyTls.Preferred, host.Parts.Certificate("mx.example.test")));
        refused.Failure.ShouldNotBeNull().Check.ShouldBe("preflight");
        refused.Failure.Message.ShouldContain(reason);
        File.Exists(Path.Combine(host.Postfix.ConfigDirectory, "cluster/gen/1/manifest.json")).ShouldBeFalse();
        Directory.Exists(Path.Combine(host.Postfix.ConfigDirectory, "cluster/scratch")).ShouldBeFalse();
        await host.Postfix.PostconfAsync("-X", setting.Split('=')[0]);
        (await host.ApplyAsync(Parts.Mx(PolicyTls.Preferred, host.Parts.Certificate("mx.example.test")))).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task Settings_that_are_not_announced_are_refused_strictly()
    {
        var part = Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test"));
        var listener = part.All<Listener>()["mx"];
        var policy = part.All<MailFlowPolicy>()["mx-policy"];
        await Unsupported(part.With("mx", listener with { AlternateCertificate = "mx-cert" }));
        await Unsupported(part.Only(("elsewhere", listener)));
        await Unsupported(part.With("mx-policy", policy with { Tls = PolicyTls.Preferred, VerifyClientCertificate = true }));
        await Unsupported(part
            .With("mx", listener with { SenderGroups = [new SenderGroup { Name = "g", Senders = ["h.test"], Policy = "other" }] })
            .With("other", new MailFlowPolicy { Tls = PolicyTls.Off }));
    }

    [Fact]
    public async Task A_destination_that_is_an_address_is_named_and_the_others_go_live()
    {
        var applied = await host.ApplyAsync(
            Parts.Empty
                .WithDestination("127.0.0.36", DestinationTls.Required)
                .WithDestination("good.example.test", DestinationTls.Required));

        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
        (refused.Kind, refused.Name, refused.Code).ShouldBe(("destination-controls", "127.0.0.36", "invalid-part"));
        refused.Message.ShouldContain("[ADDRESS]");
        var rows = await File.ReadAllTextAsync(
            Path.Combine(host.Postfix.ConfigDirectory, "cluster/gen/1/tls_policy"), PostfixHost.Cancellation);
        rows.ShouldBe("good.example.test encrypt\n");
    }

    // The manifest says what is refused, and changes with it.
    private static Dictionary<string, string> Live(IReadOnlyDictionary<string, string> files) =>
        files.Where(f => !f.Key.EndsWith("manifest.json", StringComparison.Ordinal)).ToDictionary();

    private async Task Unsupported(ServicePart part) =>
        (await host.ApplyAsync(part)).Failure.ShouldNotBeNull().Code.ShouldBe("unsupported");

    [Fact]
    public async Task A_listener_that_master_cf_cannot_take_is_named_the_other_goes_live_and_both_do_when_it_is_mended()
    {
        var master = await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation);
        const string Line = "syslog_name=postfix/sub\n";
        await File.WriteAllTextAsync(
            host.MasterCf, master.Replace(
                Line, "syslog_name=postfix/sub -o smtpd_tls_wrappermode=yes\n", StringComparison.Ordinal), PostfixHost.Cancellation);
        var (mx, sub) = (host.Parts.Certificate("mx.example.test"), host.Parts.Certificate("sub.example.test"));
        var part = Parts.Mx(PolicyTls.Required, mx).WithListener("sub", PolicyTls.Preferred, sub);

        var applied = await host.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
        (refused.Kind, refused.Name, refused.Code).ShouldBe(("listeners", "sub", "unsupported"));
        refused.Message.ShouldContain("speaks TLS from the first byte on");
        applied.Proof!.Endpoints.ShouldHaveSingleItem().LeafSha256.ShouldBe(mx.Sha256);
        applied.Proof.Endpoints[0].Name.ShouldBe("mx");
        var fingerprint = await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation);

        await File.WriteAllTextAsync(
            host.MasterCf,
            (await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation)).Replace(
                " -o smtpd_tls_wrappermode=yes", "", StringComparison.Ordinal),
            PostfixHost.Cancellation);
        (await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation)).ShouldNotBe(
            fingerprint, "by this the engine tries what was refused again");
        var mended = await host.ApplyAsync(part);
        mended.Staged.ShouldNotBeNull().Refused.ShouldBeEmpty();
        mended.Proof!.Endpoints.Select(e => (e.Name, e.LeafSha256)).ShouldBe([("mx", mx.Sha256), ("sub", sub.Sha256)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_destination_that_the_host_s_routes_forbid_holds_back_neither_listeners_nor_other_destinations()
    {
        var certificate = host.Parts.Certificate("mx.example.test");
        await host.Postfix.PostconfAsync("-e", "relayhost=[127.0.0.1]:2525");
        var part = Parts.Mx(PolicyTls.Required, certificate).WithDestination("a.example", DestinationTls.Required);
        var applied = await host.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
        (refused.Kind, refused.Name).ShouldBe(("destination-controls", "a.example"));
        refused.Message.ShouldContain("every other domain");
        applied.Proof!.Endpoints.ShouldHaveSingleItem();

        await host.Postfix.PostconfAsync("-X", "relayhost");
        (await host.ApplyAsync(part)).Staged.ShouldNotBeNull().Refused.ShouldBeEmpty();
        File.ReadAllText(Path.Combine(Directory.GetDirectories(Path.Combine(host.Postfix.ConfigDirectory, "cluster/gen"))[0], "tls_policy"))
            .ShouldContain("a.example encrypt");
    }

    private async Task Refused(PartCertificate certificate, string code)
    {
        var staged = (await host.ApplyAsync(Parts.Mx(PolicyTls.Preferred, certificate))).Staged.ShouldNotBeNull();
        staged.Changed.ShouldBeFalse();
        staged.Refused.Select(r => ($"{r.Kind}/{r.Name}", r.Code)).ShouldBe([("certificates/mx-cert", code), ("listeners/mx", code)]);
    }
}
