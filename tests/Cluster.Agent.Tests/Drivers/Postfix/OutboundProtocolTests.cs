using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>TLS versions of mail that leaves, by deliveries to servers that take one version only.</summary>
public sealed class OutboundProtocolTests : IAsyncLifetime
{
    private const string Old = "old.example.test";
    private const string New = "new.example.test";
    private PostfixHost receiver = null!;
    private PostfixHost sender = null!;

    public async ValueTask InitializeAsync()
    {
        receiver = await PostfixHost.StartAsync(
            new PostfixOptions { Name = "to", Listeners = ["old", "new"], Domains = [Old, New] });
        var master = await File.ReadAllTextAsync(receiver.MasterCf, PostfixHost.Cancellation);
        await File.WriteAllTextAsync(
            receiver.MasterCf,
            master.Replace("postfix/old\n", "postfix/old -o smtpd_tls_mandatory_protocols=TLSv1.2\n", StringComparison.Ordinal)
                .Replace("postfix/new\n", "postfix/new -o smtpd_tls_mandatory_protocols=TLSv1.3\n", StringComparison.Ordinal),
            PostfixHost.Cancellation);
        var part = Parts.Empty.WithListener("old", PolicyTls.Required, receiver.Parts.Certificate(Old))
            .WithListener("new", PolicyTls.Required, receiver.Parts.Certificate(New));
        (await receiver.ApplyAsync(part)).Failure.ShouldBeNull();
        sender = await PostfixHost.StartAsync(new PostfixOptions
        {
            Name = "from",
            Routes = new Dictionary<string, string>
            {
                [Old] = $"127.0.0.1:{receiver.Postfix.Ports["old"]}", [New] = $"127.0.0.1:{receiver.Postfix.Ports["new"]}",
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (sender is not null) await sender.DisposeAsync();
        if (receiver is not null) await receiver.DisposeAsync();
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Mail_goes_to_servers_of_the_range_and_waits_for_the_others()
    {
        await Delivers(new TlsProtocolBlock { Minimum = TlsVersion.Tls12, Maximum = TlsVersion.Tls12 }, "one", sent: Old, waits: New);
        await Delivers(new TlsProtocolBlock { Minimum = TlsVersion.Tls13 }, "two", sent: New, waits: Old);
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task What_counts_more_than_main_cf_stands_against_it_also_afterwards()
    {
        var block = new TlsProtocolBlock { Minimum = TlsVersion.Tls12 };
        await Refused(block with { Ciphers = ["TLS_AES_256_GCM_SHA384"] }, "single ciphers of TLS 1.3");
        await sender.Postfix.PostconfAsync("-e", "smtp_tls_policy_maps=inline:{{old.example.test=may protocols=TLSv1.2}}");
        await Refused(block, "protocols=TLSv1.2");
        await sender.Postfix.PostconfAsync("-e", "smtp_tls_policy_maps=regexp:/nowhere");
        await Refused(block, "cannot be listed");
        await sender.Postfix.PostconfAsync("-X", "smtp_tls_policy_maps");

        var applied = await sender.ApplyAsync(With(block));
        applied.Staged!.Refused.ShouldBeEmpty();
        applied.Proof!.Method.ShouldBe(VerificationMethod.Loaded);
        await sender.Postfix.PostconfAsync("-P", "smtp/unix/smtp_tls_protocols=TLSv1");
        var proof = await sender.Driver.ProveAsync(With(block), PostfixHost.Cancellation);
        proof.Failure.ShouldNotBeNull().Message.ShouldContain("-o smtp_tls_protocols=TLSv1");
    }

    private static ServicePart With(TlsProtocolBlock block) =>
        Parts.Empty.WithDestination("default", DestinationTls.Required).With(TlsProtocolBlock.SmtpOutbound, block);

    private async Task Delivers(TlsProtocolBlock block, string user, string sent, string waits)
    {
        var applied = await sender.ApplyAsync(With(block));
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        await sender.Postfix.SendAsync("a@from.example.test", [$"{user}@{sent}", $"{user}@{waits}"]);
        (await sender.Postfix.LogLineAsync($"to=<{user}@{sent}>.*status=")).ShouldContain("status=sent");
        (await sender.Postfix.LogLineAsync($"to=<{user}@{waits}>.*status=")).ShouldContain("status=deferred");
    }

    private async Task Refused(TlsProtocolBlock block, string reason)
    {
        var applied = await sender.ApplyAsync(With(block));
        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.Where(r => r.Kind == Kinds.TlsProtocols).ShouldHaveSingleItem();
        (refused.Name, refused.Code).ShouldBe((TlsProtocolBlock.SmtpOutbound, ApplyCodes.Unsupported));
        refused.Message.ShouldContain(reason);
    }
}
