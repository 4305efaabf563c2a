using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>What somebody puts in front of a listener that was applied: nobody can see any more what its clients see.</summary>
public sealed class ListenerObjectionTests : IAsyncLifetime
{
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync(new PostfixOptions { Listeners = ["mx", "sub"] });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Theory]
    [InlineData("-o smtpd_upstream_proxy_protocol=haproxy", "smtpd_upstream_proxy_protocol = haproxy")]
    [InlineData("-o {smtpd_tls_wrappermode=yes}", "speaks TLS from the first byte on")]
    [InlineData("postscreen", "postscreen answers on")]
    public async Task It_refuses_that_listener_and_holds_no_renewal_of_another_back(string change, string said)
    {
        var (mx, sub) = (host.Parts.Certificate("mx.example.test"), host.Parts.Certificate("sub.example.test"));
        var part = Parts.Mx(PolicyTls.Preferred, mx).WithListener("sub", PolicyTls.Preferred, sub);
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        var watched = await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation);
        await ChangeAsync(change);

        (await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation)).ShouldNotBe(watched, "it is looked at within half a minute");
        var proof = (await host.Driver.ProveAsync(part, PostfixHost.Cancellation)).Failure.ShouldNotBeNull();
        (proof.Code, proof.Message.Contains($"Listener sub: ", StringComparison.Ordinal)).ShouldBe((ApplyCodes.Unsupported, true));
        proof.Message.ShouldContain(said);
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldContain(
            d => d.What.Contains(said, StringComparison.Ordinal) && d.Sides!.Name == "sub");

        var renewed = host.Parts.Certificate("mx.example.test");
        var again = Parts.Mx(PolicyTls.Preferred, renewed).WithListener("sub", PolicyTls.Preferred, sub);
        var applied = await host.ApplyAsync(again);
        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
        (refused.Kind, refused.Name, refused.Code).ShouldBe((Listener.Kind, "sub", ApplyCodes.Unsupported));
        applied.Proof!.Endpoints.Select(e => (e.Name, e.LeafSha256)).ShouldBe([("mx", renewed.Sha256)]);
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty("it is refused, and no difference");
        (await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation)).ShouldContain(
            "=$cluster_737562_chain", customMessage: "what was applied stays with smtpd");
    }

    private async Task ChangeAsync(string change)
    {
        var master = await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation);
        var entry = $"127.0.0.1:{host.Postfix.Ports["sub"]} inet n - n - - smtpd\n";
        master.ShouldContain(entry);
        var changed = change == "postscreen"
            ? $"127.0.0.1:{host.Postfix.Ports["sub"]} inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n"
            : entry.TrimEnd('\n') + $"\n  {change}\n";
        await File.WriteAllTextAsync(host.MasterCf, master.Replace(entry, changed, StringComparison.Ordinal), PostfixHost.Cancellation);
        await host.Postfix.ReloadAsync();
    }
}
