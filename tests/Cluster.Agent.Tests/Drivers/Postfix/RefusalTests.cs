using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Bad changes are refused while they are staged: the live files and the live service stay as they are.</summary>
public sealed class RefusalTests : IAsyncLifetime
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
        await Refused(missing, "key-missing", ApplyFailureKind.Transient);
        await Refused(host.Parts.Certificate("mx.example.test") with { Chain = ["AAAA"] }, "certificate-unreadable");
        var ordered = host.Parts.Certificate("mx.example.test");
        await Refused(ordered with { Chain = [.. ordered.Chain.Reverse()] }, "certificate-mismatch");
        await Refused(ordered with { Chain = [ordered.Chain[0], good.Chain[0]] }, "chain-order");
        var now = TimeProvider.System.GetUtcNow();
        await Refused(host.Parts.Dated("mx.example.test", now.AddDays(-9), now.AddDays(-1)), "certificate-expired");
        await Refused(host.Parts.Dated("mx.example.test", now.AddDays(1), now.AddDays(9)), "certificate-not-yet-valid");

        host.Postfix.Snapshot().ShouldBe(files);
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
        await Unsupported(part.With("mx", listener with { Sni = [new SniCertificate { ServerName = "a", Certificate = "mx-cert" }] }));
        await Unsupported(part.Only(("elsewhere", listener)));
        await Unsupported(part.With("mx-policy", policy with { Tls = PolicyTls.Preferred, VerifyClientCertificate = true }));
        await Unsupported(part
            .With("mx", listener with { SenderGroups = [new SenderGroup { Name = "g", Senders = ["10.0.0.1"], Policy = "other" }] })
            .With("other", new MailFlowPolicy { Tls = PolicyTls.Off }));
    }

    private async Task Unsupported(ServicePart part) => (await host.ApplyAsync(part)).Failure.ShouldNotBeNull().Code.ShouldBe("unsupported");

    private async Task Refused(PartCertificate certificate, string code, ApplyFailureKind kind = ApplyFailureKind.Final)
    {
        var failure = (await host.ApplyAsync(Parts.Mx(PolicyTls.Preferred, certificate))).Failure.ShouldNotBeNull();
        failure.Code.ShouldBe(code);
        failure.Kind.ShouldBe(kind);
        failure.Check.ShouldBe("validation");
    }
}
