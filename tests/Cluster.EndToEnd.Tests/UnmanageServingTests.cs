using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>What no level defines any more stays on a host until an administrator has it restored.</summary>
public sealed class UnmanageServingTests
{
    [Fact]
    public async Task A_listener_that_was_deleted_keeps_its_TLS_until_unmanage_puts_back_what_stood_before()
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.JoinAsync("gw1");
        var before = await File.ReadAllTextAsync(Path.Combine(host.Postfix.ConfigDirectory, "main.cf"));
        await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred)));
        (await SmtpProbe.OffersStartTlsAsync(host.Postfix.Port)).ShouldBeTrue();

        var deleted = await fleet.Cluster.Settings<Listener>().DeleteAsync("mx");
        await fleet.MachineBecomesAsync(
            "gw1", m => m.InSync && m.Verified?.Revision == deleted.Revision, $"is in sync at revision {deleted.Revision}");
        (await SmtpProbe.OffersStartTlsAsync(host.Postfix.Port)).ShouldBeTrue("nobody asked to take it away");

        await fleet.Cluster.Machines.UnmanageAsync("gw1");

        await Eventually.Is(async () => !await SmtpProbe.OffersStartTlsAsync(host.Postfix.Port), "what stood before is back");
        (await File.ReadAllTextAsync(Path.Combine(host.Postfix.ConfigDirectory, "main.cf"))).ShouldBe(before);
        await host.InSyncAsync();
    }
}
