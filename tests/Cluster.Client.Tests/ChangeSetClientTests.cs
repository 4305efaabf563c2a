using Cluster.Client.Problems;
using Cluster.Client.Tests.Fixtures;
using Cluster.Client.Values;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests;

public sealed class ChangeSetClientTests(ClientFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Edits_are_staged_read_through_the_change_set_and_committed_together()
    {
        var cluster = await fixture.NewClusterAsync();
        var id = (await cluster.ChangeSets.OpenAsync("two edits", ct: Ct)).Value.Id;
        var staged = cluster.InChangeSet(id);

        var first = await staged.Settings<MailFlowPolicy>().PutAsync("accept", new MailFlowPolicy { Tls = PolicyTls.Required }, ct: Ct);
        first.Receipt.ChangeSet.ShouldBe(id);
        first.Receipt.Revision.ShouldBeNull();
        await staged.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "out.example.org" }, ct: Ct);
        (await staged.Settings<MailFlowPolicy>().ListAsync(ct: Ct).ToListAsync(Ct)).ShouldHaveSingleItem();
        (await cluster.Settings<MailFlowPolicy>().ListAsync(ct: Ct).ToListAsync(Ct)).ShouldBeEmpty();

        (await cluster.ChangeSets.ListEditsAsync(id, Ct).ToListAsync(Ct))
            .Select(e => e.Kind)
            .ShouldBe([Kinds.MailFlowPolicies, Kinds.Outbound], ignoreOrder: true);
        (await cluster.ChangeSets.DiffAsync(id, Ct)).Changes.Count.ShouldBe(2);
        (await cluster.ChangeSets.ValidateAsync(id, Ct)).Blocking.ShouldBeEmpty();

        var committed = await cluster.ChangeSets.CommitAsync(
            id, new CommitRequest { Comment = "both" }, new WriteOptions { Wait = TimeSpan.FromSeconds(30) }, Ct);
        committed.Value!.Number.ShouldBe(1);
        committed.Value.Changes.ShouldBe(2);
        committed.Receipt.Rollout.ShouldBe(committed.Value.Rollout);
        (await cluster.Rollouts.WaitAsync(committed.Receipt.Rollout!.Value, ct: Ct)).State
            .ToString()
            .ShouldBe("succeeded", StringCompareShould.IgnoreCase);
        (await cluster.Revisions.GetAsync(1, Ct)).Comment.ShouldBe("both");
        (await cluster.ChangeSets.GetAsync(id, Ct)).Value.State.ShouldBe(ChangeSetState.Committed);
    }

    [Fact]
    public async Task A_dry_commit_answers_no_revision()
    {
        var cluster = await fixture.NewClusterAsync();
        var id = (await cluster.ChangeSets.OpenAsync(ct: Ct)).Value.Id;
        await cluster.InChangeSet(id).Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "out.example.org" }, ct: Ct);
        (await cluster.ChangeSets.CommitAsync(
            id, new CommitRequest { Comment = "dry" }, new WriteOptions { DryRun = true }, Ct)).Value.ShouldBeNull();
        (await cluster.Revisions.ListAsync(Ct).ToListAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_conflict_shows_both_versions_and_is_resolved()
    {
        var cluster = await fixture.NewClusterAsync();
        var policies = cluster.Settings<MailFlowPolicy>();
        await policies.PutAsync("accept", new MailFlowPolicy { Tls = PolicyTls.Off }, ct: Ct);
        var id = (await cluster.ChangeSets.OpenAsync(ct: Ct)).Value.Id;
        await cluster.InChangeSet(id)
            .Settings<MailFlowPolicy>()
            .PutAsync("accept", new MailFlowPolicy { Tls = PolicyTls.Preferred }, ct: Ct);
        await policies.PutAsync("accept", new MailFlowPolicy { Tls = PolicyTls.Required }, ct: Ct);

        var refused = await Should.ThrowAsync<ProblemException>(
            () => cluster.ChangeSets.CommitAsync(id, new CommitRequest { Comment = "mine" }, ct: Ct));
        refused.Code.ShouldBe(ProblemCodes.Conflict);
        var conflict = refused.Problem.Conflicts.ShouldHaveSingleItem();
        conflict.Name.ShouldBe("accept");
        conflict.Mine!.Value.GetProperty("tls").GetString().ShouldBe("preferred");
        conflict.Theirs!.Value.GetProperty("tls").GetString().ShouldBe("required");
        conflict.Revision.ShouldBe(2);

        var mine = new ResolveItem { Level = conflict.Level, Kind = conflict.Kind, Name = conflict.Name, Take = ResolveTake.Mine };
        await cluster.ChangeSets.ResolveAsync(id, new ResolveRequest { Items = [mine] }, Ct);
        (await cluster.ChangeSets.CommitAsync(
            id, new CommitRequest { Comment = "mine", Acknowledge = ["tls-mode-lowered"] }, ct: Ct)).Value!.Number.ShouldBe(3);
    }

    [Fact]
    public async Task An_edit_is_taken_out_and_a_change_set_is_abandoned()
    {
        var cluster = await fixture.NewClusterAsync();
        var id = (await cluster.ChangeSets.OpenAsync(ct: Ct)).Value.Id;
        await cluster.InChangeSet(id).Settings<MailFlowPolicy>().PutAsync("accept", new MailFlowPolicy { Tls = PolicyTls.Off }, ct: Ct);
        await cluster.ChangeSets.UnstageAsync(id, Kinds.MailFlowPolicies, "accept", ct: Ct);
        (await cluster.ChangeSets.GetAsync(id, Ct)).Value.Edits.ShouldBe(0);
        await cluster.ChangeSets.AbandonAsync(id, ct: Ct);
        (await cluster.ChangeSets.ListAsync(ChangeSetState.Abandoned, Ct).ToListAsync(Ct)).ShouldHaveSingleItem().Id.ShouldBe(id);
    }
}
