using System.Text.Json.Nodes;
using Cluster.Testing.Fleets;
using Cluster.Testing.Programs;
using Shouldly;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>A fleet of one host that serves a signed certificate with TLS preferred: what every kill starts from.</summary>
internal sealed class ServingHost : IAsyncDisposable
{
    private ServingHost(Fleet fleet, FleetHost host, string serial)
    {
        Fleet = fleet;
        Host = host;
        OldSerial = serial;
    }

    internal Fleet Fleet { get; }

    internal FleetHost Host { get; }

    internal string OldSerial { get; }

    internal static async Task<ServingHost> StartAsync(bool managerWithFailpoints = false, bool agentWithFailpoints = false)
    {
        var fleet = await RealFleet.StartAsync(new ManagerOptions { WithFailpoints = managerWithFailpoints });
        try
        {
            var host = await fleet.JoinAsync("gw1", agentWithFailpoints);
            var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
            await fleet.RolloutEndedAsync(await fleet.CommitAsync([
                .. Fleet.ListenerWithTls("mx", "mx", "preferred"),
                ("mail-flow-policies/tls-required", new JsonObject { ["tls"] = "required" }),
            ]));
            await host.InSyncAsync();
            (await host.SerialAsync()).ShouldBe(serial);
            return new ServingHost(fleet, host, serial);
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>The listener serves a complete pair, and one of those that were meant.</summary>
    internal async Task ServesOldOrAsync(string newSerial)
    {
        if (Host.Postfix.MasterPid == 0)
        {
            return;
        }

        (await Host.SerialAsync()).ShouldBeOneOf(OldSerial, newSerial);
    }

    public ValueTask DisposeAsync() => Fleet.DisposeAsync();
}
