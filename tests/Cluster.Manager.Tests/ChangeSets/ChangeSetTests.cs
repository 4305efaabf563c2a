using Cluster.Client;
using Cluster.Client.Settings;
using Cluster.Client.Values;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.ChangeSets;

public sealed class ChangeSetTests(TestManager manager) : IClassFixture<TestManager>
{
    private static readonly MailFlowPolicy Off = new() { Tls = PolicyTls.Off };
    private static readonly WriteOptions Lowered = new() { Acknowledge = ["tls-mode-lowered"] };

    private ClusterResources Cluster => manager.Cluster;

    private SettingsClient<MailFlowPolicy> Policies => Cluster.Settings<MailFlowPolicy>();

    private SettingsClient<DestinationControl> Destinations => Cluster.Settings<DestinationControl>();

    [Fact]
    public async Task Staged_edits_are_seen_only_with_the_change_set_until_they_are_committed()
    {
        var (id, staged) = await OpenAsync();
        var made = await staged.Settings<MailFlowPolicy>().PutAsync("staged", Off);

        (made.Receipt.Created, made.Receipt.ChangeSet, made.Receipt.Revision).ShouldBe((true, id, null));
        await Policies.GetAsync("staged").ShouldBeRefused(ProblemCodes.NotFound);
        (await staged.Settings<MailFlowPolicy>().GetAsync("staged")).ETag.ShouldBe(made.ETag);

        (await CommitAsync(id)).Changes.ShouldBe(1);
        (await Policies.GetAsync("staged")).Value.Document.ShouldBe(Off);
        (await Cluster.ChangeSets.GetAsync(id)).Value.State.ShouldBe(ChangeSetState.Committed);
        await CommitAsync(id).ShouldBeRefused(ProblemCodes.ChangeSetClosed);
        await staged.Settings<MailFlowPolicy>().PutAsync("late", Off).ShouldBeRefused(ProblemCodes.ChangeSetClosed);
    }

    [Fact]
    public async Task A_commit_says_where_its_revision_is()
    {
        var (id, staged) = await OpenAsync();
        await staged.Settings<MailFlowPolicy>().PutAsync("located", Off);
        var answer = (await manager.Rest.PostAsync(
            At($"change-sets/{id}/commit"), new System.Text.Json.Nodes.JsonObject { ["comment"] = "test" })).Expect(201);
        answer.Headers["Location"].ShouldEndWith($"/revisions/{answer.Headers["Cluster-Revision"]}");
    }

    [Fact]
    public async Task Two_commits_of_the_same_item_conflict_and_are_resolved()
    {
        await PutAsync("conflict.example", DestinationTls.Preferred);
        var (id, mine) = await OpenAsync();
        await StageAsync(mine, "conflict.example", DestinationTls.Required);
        await StageAsync(mine, "beside.example", DestinationTls.None);
        var running = await PutAsync("conflict.example", DestinationTls.Required);

        var conflict = (await CommitAsync(id).ShouldBeRefused(ProblemCodes.Conflict)).Conflicts.ShouldNotBeNull().ShouldHaveSingleItem();
        new[] { conflict.Base, conflict.Mine, conflict.Theirs }
            .Select(d => d?.GetProperty("tls").GetString())
            .ShouldBe(["preferred", "required", "required"]);
        conflict.By.ShouldBe((await Cluster.Revisions.GetAsync(running)).Author);
        conflict.Revision.ShouldBe(running);
        await Destinations.GetAsync("beside.example").ShouldBeRefused(ProblemCodes.NotFound);

        await ResolveAsync(id, ResolveTake.Theirs);
        (await Cluster.ChangeSets.GetAsync(id)).Value.Edits.ShouldBe(1);
        await CommitAsync(id);
        await Destinations.GetAsync("beside.example");
    }

    [Fact]
    public async Task Mine_wins_when_it_is_taken()
    {
        await PutAsync("conflict.example", DestinationTls.Preferred);
        var (id, mine) = await OpenAsync();
        await StageAsync(mine, "conflict.example", DestinationTls.None);
        await PutAsync("conflict.example", DestinationTls.Required);

        await ResolveAsync(id, ResolveTake.Mine);
        await CommitAsync(id, "tls-mode-lowered");
        (await Destinations.GetAsync("conflict.example")).Value.Document!.Tls.ShouldBe(DestinationTls.None);
    }

    [Fact]
    public async Task Validation_reports_findings_impact_and_codes_and_changes_nothing()
    {
        await manager.AddMachineAsync("impact-1", "impact");
        await PutAsync("impact.example", DestinationTls.Required);
        var (id, staged) = await OpenAsync();
        await StageAsync(staged, "impact.example", DestinationTls.None);
        await staged.Settings<Listener>()
            .PutAsync(
                "impact", new Listener { Type = ListenerType.Private, Port = 25, Hostname = "mx.example.org", DefaultPolicy = "nowhere" });

        var validation = await Cluster.ChangeSets.ValidateAsync(id);

        validation.Findings.Select(f => f.Code).ShouldContain("dangling-reference");
        validation.Blocking.Count.ShouldBe(1);
        validation.Acknowledge.ShouldBe(["tls-mode-lowered"]);
        validation.Impact.Machines.ShouldContain("impact-1");
        await CommitAsync(id).ShouldBeRefused(ProblemCodes.ValidationFailed);
    }

    [Fact]
    public async Task Edits_are_listed_diffed_and_taken_out_one_by_one()
    {
        await Policies.PutAsync("edits", Off);
        var (id, staged) = await OpenAsync();
        await staged.Settings<MailFlowPolicy>().PutAsync("edits", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        await staged.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "out.example.org" });

        var edits = await Cluster.ChangeSets.ListEditsAsync(id).ToListAsync();
        edits.Select(e => (e.Kind, e.Name, $"{e.Change}"))
            .ShouldBe([(Kinds.MailFlowPolicies, "edits", "updated"), (Kinds.Outbound, Kinds.SingletonName, "created")]);
        (await Cluster.ChangeSets.DiffAsync(id)).Changes.Single(c => c.Kind == Kinds.MailFlowPolicies).Fields.ShouldBe(["/tls"]);

        await Cluster.ChangeSets.UnstageAsync(id, Kinds.Outbound, Kinds.SingletonName, Contracts.Levels.LevelName.Cluster);
        await Cluster.ChangeSets.UnstageAsync(id, Kinds.MailFlowPolicies, "edits");
        await CommitAsync(id).ShouldBeRefused(ProblemCodes.NothingToCommit);
    }

    [Fact]
    public async Task An_abandoned_change_set_takes_no_edit_and_changes_nothing()
    {
        var (id, staged) = await OpenAsync();
        await staged.Settings<MailFlowPolicy>().PutAsync("abandoned", Off);

        await Cluster.ChangeSets.AbandonAsync(id);
        await CommitAsync(id).ShouldBeRefused(ProblemCodes.ChangeSetClosed);
        await Policies.GetAsync("abandoned").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_dry_commit_checks_the_same_and_leaves_nothing()
    {
        var (id, staged) = await OpenAsync();
        await staged.Settings<MailFlowPolicy>().PutAsync("dry", Off);

        var dry = await Cluster.ChangeSets.CommitAsync(id, new CommitRequest { Comment = "try" }, new WriteOptions { DryRun = true });
        (dry.Receipt.Created, dry.Receipt.Revision, dry.Value).ShouldBe((true, null, null));
        (await Cluster.ChangeSets.GetAsync(id)).Value.State.ShouldBe(ChangeSetState.Open);
        await Policies.GetAsync("dry").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task Options_that_do_not_fit_are_told_at_once()
    {
        var (id, _) = await OpenAsync();
        var commit = new CommitRequest
        {
            Comment = "x", ConfirmWithin = "1s", Rollout = new()
            {
                Strategy = Contracts.Rollouts.RolloutStrategy.Canary,
                MaxFailures = -1,
                ProgressDeadline = "soon"
            },
        };

        var refused = await Cluster.ChangeSets.CommitAsync(id, commit).ShouldBeRefused(ProblemCodes.InvalidDocument);
        refused.Errors.Select(e => e.Pointer)
            .ShouldBe(["/rollout/strategy", "/rollout/maxFailures", "/confirmWithin", "/rollout/progressDeadline"], ignoreOrder: true);
    }

    private static Task StageAsync(ClusterResources staged, string domain, DestinationTls tls) =>
        staged.Settings<DestinationControl>().PutAsync(domain, new DestinationControl { Tls = tls });

    private async Task<(Guid Id, ClusterResources Staged)> OpenAsync()
    {
        var id = (await Cluster.ChangeSets.OpenAsync("test")).Value.Id;
        return (id, Cluster.InChangeSet(id));
    }

    private async Task<long> PutAsync(string domain, DestinationTls tls) =>
        (await Destinations.PutAsync(domain, new DestinationControl { Tls = tls }, Lowered)).Receipt.Revision!.Value;

    private async Task<RevisionShape> CommitAsync(Guid id, params string[] acknowledge) =>
        (await Cluster.ChangeSets.CommitAsync(id, new CommitRequest { Comment = "test", Acknowledge = acknowledge })).Value!;

    private Task ResolveAsync(Guid id, ResolveTake take) => Cluster.ChangeSets.ResolveAsync(
        id, new ResolveRequest
        {
            Items = [new ResolveItem { Level = "cluster", Kind = Kinds.DestinationControls, Name = "conflict.example", Take = take }]
        });
}
