using Cluster.Client;
using Cluster.Client.Findings;
using Cluster.Client.Settings;
using Cluster.Client.Values;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Revisions;

public sealed class RevisionTests(TestManager manager) : IClassFixture<TestManager>
{
    private ClusterResources Cluster => manager.Cluster;

    private SettingsClient<DestinationControl> Destinations => Cluster.Settings<DestinationControl>();

    [Fact]
    public async Task A_rollback_is_a_new_revision_with_the_documents_of_then()
    {
        var good = await PutAsync("rollback", DestinationTls.Required);
        await PutAsync("rollback", DestinationTls.None);
        await PutAsync("rollback-2", DestinationTls.None);

        (await Cluster.Revisions.RollBackAsync(good)).Value!.Number.ShouldBe(good + 3);
        (await ReadAsync("rollback")).ShouldBe(DestinationTls.Required);
        await Destinations.GetAsync("rollback-2.example").ShouldBeRefused(ProblemCodes.NotFound);
        await Cluster.Revisions.RollBackAsync(good).ShouldBeRefused(ProblemCodes.NothingToCommit);
        await Cluster.Revisions.RollBackAsync(99_999).ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_rollback_leaves_layers_of_machines_that_joined_later()
    {
        var good = await PutAsync("layers", DestinationTls.Required);
        await manager.AddMachineAsync("later-1");
        var own = AgentSteps.OfMachine("later-1");
        await Destinations.PutAsync("own.example", new DestinationControl { Tls = DestinationTls.None }, own);
        await PutAsync("layers", DestinationTls.None);

        await Cluster.Revisions.RollBackAsync(good);

        (await Destinations.GetAsync(
            "own.example", new ViewOptions { Level = own.Level })).Value.Document!.Tls.ShouldBe(DestinationTls.None);
    }

    [Fact]
    public async Task An_undo_gives_back_the_items_of_one_revision_unless_a_later_one_touched_them()
    {
        await PutAsync("undo", DestinationTls.Required);
        var undone = await PutAsync("undo", DestinationTls.None);
        await PutAsync("undo-other", DestinationTls.None);

        await Cluster.Revisions.UndoAsync(undone);
        (await ReadAsync("undo")).ShouldBe(DestinationTls.Required);
        (await ReadAsync("undo-other")).ShouldBe(DestinationTls.None);

        var again = await Cluster.Revisions.UndoAsync(undone).ShouldBeRefused(ProblemCodes.ChangedLater);
        again.Conflicts.ShouldNotBeNull().ShouldHaveSingleItem().Name.ShouldBe("undo.example");
    }

    [Fact]
    public async Task Revisions_are_listed_newest_first_and_compared()
    {
        var first = await PutAsync("diff", DestinationTls.Preferred);
        var second = await PutAsync("diff", DestinationTls.Required);

        (await Cluster.Revisions.ListAsync().Take(2).Select(r => r.Number).ToListAsync()).ShouldBe([second, first]);
        var change = (await Cluster.Revisions.DiffAsync(second)).Changes.ShouldHaveSingleItem();
        new[] { change.Before, change.After }.Select(d => d?.GetProperty("tls").GetString()).ShouldBe(["preferred", "required"]);
        (await Cluster.Revisions.DiffAsync(first, from: second)).Changes.ShouldHaveSingleItem().Fields.ShouldBe(["/tls"]);
        (await Cluster.Revisions.GetAsync(second)).Author.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_needs_no_confirmation_cannot_be_confirmed()
    {
        var revision = await PutAsync("confirm", DestinationTls.Preferred);

        await Cluster.Revisions.ConfirmAsync(revision).ShouldBeRefused(ProblemCodes.NotAwaitingConfirmation);
    }

    [Fact]
    public async Task Effective_explains_where_each_value_comes_from()
    {
        await manager.AddMachineAsync("explain-1", "explain");
        await PutAsync("explain", DestinationTls.Preferred);
        await Destinations.PutAsync(
            "explain.example", new DestinationControl { Tls = DestinationTls.Required }, AgentSteps.OfMachine("explain-1"));

        var plain = await Cluster.Machines.GetEffectiveAsync("explain-1");
        plain.ETag.ShouldBe($"\"{plain.Value.Bundle}\"");
        var item =
            (await Cluster.Machines.GetEffectiveAsync("explain-1", explain: true)).Value.Items.Single(i => i.Name == "explain.example");
        item.Value?.GetProperty("tls").GetString().ShouldBe("required");
        item.Origin!.Level.ShouldBe("machine:explain-1");
        item.Overrides!.Select(o => o.Level).ShouldBe(["cluster"]);
        await Cluster.Machines.GetEffectiveAsync("nobody").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task Findings_are_listed_and_filtered()
    {
        await Cluster.Settings<MailFlowPolicy>().PutAsync("findings", new MailFlowPolicy { Tls = PolicyTls.Off });
        await Cluster.Settings<Listener>()
            .PutAsync(
                "findings",
                new Listener { Type = ListenerType.Private, Port = 25, Hostname = "mx.example.org", DefaultPolicy = "findings" });

        var found =
            await Cluster.Findings.ListAsync(new FindingFilter { Severity = FindingSeverity.Warning, Name = "findings" }).ToListAsync();
        found.Select(f => f.Code).ShouldBe(["listener-not-hosted"]);
        (await Cluster.Findings.ListDriftAsync().ToListAsync()).ShouldBeEmpty();
        (await manager.Rest.GetAsync(At("findings"))).Expect(200).Headers["Cache-Control"].ShouldBe("no-store");
        (await manager.Rest.GetAsync(At("findings?severity=loud"))).Status.ShouldBe(422);
    }

    private async Task<long> PutAsync(string name, DestinationTls tls) =>
        (await Destinations.PutAsync(
            $"{name}.example",
            new DestinationControl { Tls = tls },
            new WriteOptions { Acknowledge = ["tls-mode-lowered"] })).Receipt.Revision!.Value;

    private async Task<DestinationTls> ReadAsync(string name) => (await Destinations.GetAsync($"{name}.example")).Value.Document!.Tls;
}
