using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Machines;

public sealed class MachineTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_prepared_machine_has_a_layer_that_can_be_written_before_it_joins()
    {
        var made = (await manager.Rest.PostAsync(
            At("machines"),
            new JsonObject { ["name"] = "Prepared.example", ["labels"] = new JsonObject { ["site"] = "vie" } })).Expect(201);

        ((string?)made.Json["state"]).ShouldBe("prepared");
        ((string?)made.Json["name"]).ShouldBe("prepared.example");
        (await manager.Rest.PutAsync(
            At("mail-flow-policies/own?level=machine:prepared.example"), new JsonObject { ["tls"] = "off" })).Expect(201);
        (await manager.Rest.GetAsync(At($"machines/{made.Json["id"]}"))).Expect(200);
        (await manager.Rest.PostAsync(At("machines"), new JsonObject { ["name"] = "prepared.example" })).Expect(409);
        (await manager.Rest.PostAsync(At("machines"), new JsonObject { ["name"] = Guid.NewGuid().ToString() })).Expect(422);
    }

    [Fact]
    public async Task Inventory_changes_at_once_and_a_dry_run_changes_nothing()
    {
        await manager.AddMachineAsync("inventory.example");
        (await manager.Rest.PutAsync(At("groups/inventory"), new JsonObject())).Expect(201);
        var patch = new JsonObject { ["group"] = "inventory", ["mode"] = "observe", ["labels"] = new JsonObject { ["a"] = "1" } };

        (await manager.Rest.PatchAsync(At("machines/inventory.example?dryRun=true"), patch)).Expect(200);
        ((string?)(await manager.Rest.GetAsync(At("machines/inventory.example"))).Expect(200).Json["group"]).ShouldBe("main");
        (await manager.Rest.PatchAsync(At("machines/inventory.example"), patch)).Expect(200);
        var read = (await manager.Rest.GetAsync(At("machines/inventory.example"))).Expect(200).Json;
        ((string?)read["group"]).ShouldBe("inventory");
        ((string?)read["mode"]).ShouldBe("observe");
        ((string?)read["labels"]!["a"]).ShouldBe("1");

        (await manager.Rest.PatchAsync(At("machines/inventory.example"), new JsonObject { ["group"] = "nowhere" })).Expect(422);
        (await manager.Rest.PatchAsync(At("machines/inventory.example"), new JsonObject { ["mode"] = null })).Expect(422);
        (await manager.Rest.PatchAsync(At("machines/inventory.example"), patch, ("Change-Set", Guid.NewGuid().ToString())))
            .Expect(422).Code
            .ShouldBe("not-stageable");
        var audit = (await manager.Rest.GetAsync(At("audit?action=machine.update"))).Expect(200).Json["items"]!.AsArray();
        audit.Count(e => (string)e!["target"]! == "machines/inventory.example").ShouldBe(1);
    }

    [Fact]
    public async Task A_removed_machine_is_departed_keeps_its_layer_and_can_be_forgotten()
    {
        await manager.AddMachineAsync("leaver.example");
        (await manager.Rest.PutAsync(
            At("mail-flow-policies/mine?level=machine:leaver.example"), new JsonObject { ["tls"] = "off" })).Expect(201);

        (await manager.Rest.DeleteAsync(At("machines/leaver.example"))).Expect(409).Code.ShouldBe("machine-not-departed");
        ((string?)(await manager.Rest.PostAsync(At("machines/leaver.example/remove"))).Expect(200).Json["state"]).ShouldBe("departed");
        (await manager.Rest.GetAsync(At("mail-flow-policies/mine?level=machine:leaver.example"))).Expect(200);
        (await manager.Rest.PutAsync(
            At("mail-flow-policies/mine?level=machine:leaver.example"), new JsonObject { ["tls"] = "preferred" })).Expect(409);
        (await manager.Rest.DeleteAsync(At("machines/leaver.example"))).Expect(204);
        (await manager.Rest.GetAsync(At("machines/leaver.example"))).Expect(404);
    }

    [Fact]
    public async Task A_banned_machine_is_unbanned_to_departed()
    {
        await manager.AddMachineAsync("bad.example");

        ((string?)(await manager.Rest.PostAsync(At("machines/bad.example/ban"))).Expect(200).Json["state"]).ShouldBe("banned");
        (await manager.Rest.PostAsync(At("machines/bad.example/disconnect"))).Expect(409);
        (await manager.Rest.PostAsync(At("machines/bad.example/unban"))).Expect(200);
        ((string?)(await manager.Rest.GetAsync(At("machines/bad.example"))).Json["state"]).ShouldBeOneOf("departed", "prepared");
    }

    [Fact]
    public async Task Disconnect_and_reconnect_are_orders_that_show()
    {
        await manager.AddMachineAsync("held.example");

        ((string?)(await manager.Rest.PostAsync(
            At("machines/held.example/disconnect"))).Expect(200).Json["state"]).ShouldBe("disconnected");
        ((string?)(await manager.Rest.PostAsync(At("machines/held.example/reconnect"))).Expect(200).Json["state"]).ShouldBe("offline");
        (await manager.Rest.PostAsync(At("machines/held.example/retry"))).Expect(200);
        (await manager.Rest.PostAsync(At("machines/held.example/check"))).Expect(200);
        (await manager.Rest.PostAsync(At("machines/held.example/unmanage"))).Expect(200);
        (await manager.Rest.PostAsync(At("machines/held.example/approve"), new JsonObject { ["publicKeySha256"] = "00" })).Expect(409);
    }

    [Fact]
    public async Task Lists_filter_by_state_group_and_labels_across_pages()
    {
        for (var i = 0; i < 5; i++)
        {
            (await manager.Rest.PostAsync(
                At("machines"),
                new JsonObject
                {
                    ["name"] = $"list{i}.example",
                    ["labels"] = new JsonObject { ["list"] = i % 2 == 0 ? "even" : "odd" }
                })).Expect(201);
        }

        (await Names("labelSelector=list%3Deven&pageSize=1")).ShouldBe(["list0.example", "list2.example", "list4.example"]);
        (await Names("labelSelector=list,list!%3Deven&state=prepared")).ShouldBe(["list1.example", "list3.example"]);
        (await Names("labelSelector=list&state=connected")).ShouldBeEmpty();
        (await manager.Rest.GetAsync(At("machines?state=happy"))).Expect(422);
        (await manager.Rest.GetAsync(At("machines?labelSelector=,"))).Expect(422);
    }

    private async Task<List<string>> Names(string query)
    {
        var names = new List<string>();
        string? token = null;
        do
        {
            var page =
                (await manager.Rest.GetAsync(At($"machines?{query}{(token is null ? "" : $"&pageToken={token}")}"))).Expect(200).Json;
            names.AddRange(page["items"]!.AsArray().Select(m => (string)m!["name"]!));
            token = (string?)page["nextPageToken"];
        }
        while (token is not null);
        return names;
    }
}
