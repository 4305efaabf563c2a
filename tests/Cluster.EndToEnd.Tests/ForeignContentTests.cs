using Cluster.Client.Values;
using Cluster.Contracts.Settings;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Whoever holds the identity of one machine gets nothing of another.</summary>
public sealed class ForeignContentTests(SharedFleet shared) : IClassFixture<SharedFleet>
{
    [Fact]
    public async Task A_machine_that_asks_for_parts_and_keys_of_another_is_refused_told_and_logged()
    {
        var fleet = shared.Fleet;
        var (a, b) = (await JoinedAsync(fleet, "gw-a"), await JoinedAsync(fleet, "gw-b"));
        await fleet.SelfSignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Required)));
        await fleet.SelfSignedCertificateAtMachineAsync("mx", "gw-b");
        await fleet.RolloutsEndAsync();
        await b.InSyncAsync();
        await a.InSyncAsync();
        var atB = new ViewOptions { Level = Fleet.LevelOf("gw-b") };
        var (keyA, keyB) = (await KeyAsync(fleet, null), await KeyAsync(fleet, atB));
        await a.Agent.StopAsync();
        await using var wire = await MachineWire.OpenAsync(a.Agent, fleet.Manager);

        // Its own content shows that the question is well put.
        var own = await Eventually.Has(
            async () =>
                await wire.AskAsync(
                    new ContentRequest
                    {
                        Parts = { Bytes(await PartAsync(fleet, "gw-a")) },
                        Keys = { Bytes(keyA) }
                    }), c => c.Refused.Count == 0, "its own content comes");
        own.Parts.ShouldHaveSingleItem();
        own.Keys.ShouldHaveSingleItem().PublicKeySha256.ShouldBe(Bytes(keyA));
        var partB = await PartAsync(fleet, "gw-b");
        partB.ShouldNotBe(await PartAsync(fleet, "gw-a"));
        var foreign = await wire.AskAsync(new ContentRequest { Parts = { Bytes(partB) }, Keys = { Bytes(keyB) } });

        foreign.Parts.ShouldBeEmpty();
        foreign.Keys.ShouldBeEmpty();
        foreign.Refused.ShouldBe([Bytes(partB), Bytes(keyB)], ignoreOrder: true);
        var id = (await fleet.MachineAsync("gw-a")).Id.ToString();
        await Eventually.Is(
            () => fleet.Manager.Output.Split('\n')
                .Any(l => l.Contains(id, StringComparison.Ordinal) && l.Contains("was refused 2 parts or keys", StringComparison.Ordinal)),
            "the refusal is logged with the machine that asked");
        await Eventually.Is(async () => (await RefusedAsync(fleet)) is ["gw-a"], "the audit trail names the machine that asked");
        var usages = await fleet.Cluster.Certificates.GetUsagesAsync("mx", atB);
        usages.HeldBy.Where(h => h.PublicKeySha256 == keyB).Select(h => h.Machine).ShouldBe(["gw-b"]);
    }

    private static async Task<List<string>> RefusedAsync(Fleet fleet) =>
        await fleet.Cluster.Audit.ListAsync(action: "machine.content-refused").Select(e => e.Actor).ToListAsync();

    private static async Task<FleetHost> JoinedAsync(Fleet fleet, string name)
    {
        var host = await fleet.NewIdleHostAsync(new() { Name = name });
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        return host;
    }

    private static async Task<string> PartAsync(Fleet fleet, string machine) =>
        FleetHost.Service(await fleet.MachineAsync(machine)).Desired!.Part;

    private static async Task<string> KeyAsync(Fleet fleet, ViewOptions? view) =>
        (await fleet.Cluster.Certificates.GetAsync("mx", view)).Value.PublicKeySha256!;

    private static ByteString Bytes(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));
}
