using System.Text.Json.Nodes;
using Cluster.Client.Machines;
using Cluster.Client.Settings;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Machines;

public sealed class MachineTests(TestManager manager) : IClassFixture<TestManager>
{
    private static readonly MailFlowPolicy Off = new() { Tls = PolicyTls.Off };

    private MachinesClient Machines => manager.Cluster.Machines;

    private SettingsClient<MailFlowPolicy> Policies => manager.Cluster.Settings<MailFlowPolicy>();

    [Fact]
    public async Task A_prepared_machine_has_a_layer_that_can_be_written_before_it_joins()
    {
        var (made, receipt) = await Machines.PrepareAsync(
            new MachineCreate { Name = "Prepared.example", Labels = new Dictionary<string, string> { ["site"] = "vie" } });

        receipt.Created.ShouldBeTrue();
        made.State.ShouldBe(MachineState.Prepared);
        made.Name.ShouldBe("prepared.example");
        (await Policies.PutAsync("own", Off, AgentSteps.OfMachine("prepared.example"))).Receipt.Created.ShouldBeTrue();
        await Machines.GetAsync($"{made.Id}");
        await Machines.PrepareAsync(new MachineCreate { Name = "prepared.example" }).ShouldBeRefused(ProblemCodes.NameTaken);
        await Machines.PrepareAsync(new MachineCreate { Name = Guid.NewGuid().ToString() }).ShouldBeRefused(ProblemCodes.InvalidDocument);
    }

    [Fact]
    public async Task Inventory_changes_at_once_and_a_dry_run_changes_nothing()
    {
        const string Name = "inventory.example";
        await manager.AddMachineAsync(Name);
        await manager.Cluster.Groups.PutAsync("inventory");
        var patch = new MachinePatch
        {
            Group = "inventory",
            Mode = MachineMode.Observe,
            Labels = new Dictionary<string, string> { ["a"] = "1" },
        };

        await Machines.PatchAsync(Name, patch, new() { DryRun = true });
        (await manager.MachineAsync(Name)).Group.ShouldBe("main");
        await Machines.PatchAsync(Name, patch);
        var read = await manager.MachineAsync(Name);
        read.Group.ShouldBe("inventory");
        read.Mode.ShouldBe(MachineMode.Observe);
        read.Labels["a"].ShouldBe("1");

        await Machines.PatchAsync(Name, new MachinePatch { Group = "nowhere" }).ShouldBeRefused(ProblemCodes.InvalidDocument);
        (await manager.Rest.PatchAsync(At($"machines/{Name}"), new JsonObject { ["mode"] = null })).Expect(422);
        (await Machines.PatchAsync(Name, patch, new() { ChangeSet = Guid.NewGuid() }).ShouldBeRefused(ProblemCodes.NotStageable)).Status
            .ShouldBe(422);
        (await manager.Cluster.Audit.ListAsync(action: "machine.update").ToListAsync()).Count(e => e.Target == $"machines/{Name}")
            .ShouldBe(1);
    }

    [Fact]
    public async Task A_removed_machine_is_departed_keeps_its_layer_and_can_be_forgotten()
    {
        const string Name = "leaver.example";
        var own = AgentSteps.OfMachine(Name);
        await manager.AddMachineAsync(Name);
        await Policies.PutAsync("mine", Off, own);

        (await Machines.ForgetAsync(Name).ShouldBeRefused(ProblemCodes.MachineNotDeparted)).Status.ShouldBe(409);
        (await Machines.RemoveAsync(Name)).Value.State.ShouldBe(MachineState.Departed);
        await Policies.GetAsync("mine", new() { Level = own.Level });
        await Policies.PutAsync("mine", new MailFlowPolicy { Tls = PolicyTls.Preferred }, own).ShouldBeRefused(ProblemCodes.LayerDeparted);
        await Machines.ForgetAsync(Name);
        await Machines.GetAsync(Name).ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_banned_machine_is_unbanned_to_departed()
    {
        await manager.AddMachineAsync("bad.example");

        (await Machines.BanAsync("bad.example")).Value.State.ShouldBe(MachineState.Banned);
        await Machines.DisconnectAsync("bad.example").ShouldBeRefused(ProblemCodes.MachineNotJoined);
        await Machines.UnbanAsync("bad.example");
        (await manager.MachineAsync("bad.example")).State.ShouldBeOneOf(MachineState.Departed, MachineState.Prepared);
    }

    [Fact]
    public async Task Disconnect_and_reconnect_are_orders_that_show()
    {
        const string Name = "held.example";
        await manager.AddMachineAsync(Name);

        (await Machines.DisconnectAsync(Name)).Value.State.ShouldBe(MachineState.Disconnected);
        (await Machines.ReconnectAsync(Name)).Value.State.ShouldBe(MachineState.Offline);
        await Machines.RetryAsync(Name);
        await Machines.CheckAsync(Name);
        (await manager.Rest.PostAsync(At($"machines/{Name}/unmanage"))).Expect(200);
        await Machines.UnmanageAsync(Name);
        await Machines.ApproveAsync(Name, "00").ShouldBeRefused(ProblemCodes.MachineNotPending);
    }

    [Fact]
    public async Task Lists_filter_by_state_group_and_labels_across_pages()
    {
        for (var i = 0; i < 5; i++)
        {
            await Machines.PrepareAsync(new MachineCreate
            {
                Name = $"list{i}.example",
                Labels = new Dictionary<string, string> { ["list"] = i % 2 == 0 ? "even" : "odd" },
            });
        }

        (await Names("labelSelector=list%3Deven&pageSize=1")).ShouldBe(["list0.example", "list2.example", "list4.example"]);
        (await NamesAsync(new() { LabelSelector = "list,list!=even", State = MachineState.Prepared }))
            .ShouldBe(["list1.example", "list3.example"]);
        (await NamesAsync(new() { LabelSelector = "list", State = MachineState.Connected })).ShouldBeEmpty();
        (await manager.Rest.GetAsync(At("machines?state=happy"))).Expect(422);
        (await manager.Rest.GetAsync(At("machines?labelSelector=,"))).Expect(422);
    }

    private async Task<IEnumerable<string>> NamesAsync(MachineFilter filter) =>
        (await Machines.ListAsync(filter).ToListAsync()).Select(m => m.Name);

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
