using Cluster.Contracts.Levels;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Rollouts;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Storage.Rollouts;
using Cluster.Testing;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>A revision that nobody confirms goes back, and takes nothing else with it.</summary>
public sealed class ConfirmTests : IAsyncLifetime
{
    private AgentHost host = null!;
    private Guid cluster;

    public async ValueTask InitializeAsync()
    {
        host = await AgentHost.StartAsync();
        cluster = await host.NewClusterAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task What_was_committed_meanwhile_stays_when_nobody_confirms()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        using var witness = await TestAgent.NewAsync(host, cluster, "mx2");
        await using var stream = await witness.ConnectAsync();
        await stream.WelcomeAsync();
        var unconfirmed = await UnconfirmedAsync(agent, stream);
        await RejoinAfreshAsync(agent);
        (await RevisionAsync()).ShouldBe(3);

        await ExpireAsync(unconfirmed);
        await host.RolloutStateAsync(unconfirmed, RolloutState.RolledBack);

        (await RevisionAsync()).ShouldBe(4);
        (await OwnItemsAsync(agent)).ShouldBe(0, "the layer was emptied by a revision of its own");
        (await OutboundAsync()).ShouldContain("a.example");
        await Eventually.Is(async () => await host.ReadAsync(db => db.Clusters.Select(c => c.Baseline).SingleAsync()) == 4, "the return is rolled out, and nothing older after it");
        (await host.ReadAsync(db => db.Rollouts.Where(r => r.Revision == 3).Select(r => r.State).SingleAsync())).ShouldBe(RolloutState.Superseded);
        (Offer Offer, Assignment Assignment) offer;
        do
        {
            offer = await stream.OfferAsync();
            await stream.BeatAsync(held: TestStream.Held(offer.Offer, offer.Assignment));
        }
        while (offer.Assignment.Revision < 4);
        offer.Offer.Bundle.ToStringUtf8().ShouldBe(firstBundle);
        offer.Assignment.ConfirmDeadline.ShouldBe(0);
    }

    [Fact]
    public async Task Ordered_or_not_an_unconfirmed_revision_goes_back_though_it_is_not_the_newest()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        using var witness = await TestAgent.NewAsync(host, cluster, "mx2");
        await using var stream = await witness.ConnectAsync();
        await stream.WelcomeAsync();
        var unconfirmed = await UnconfirmedAsync(agent, stream);
        await RejoinAfreshAsync(agent);

        var returned = await host.Database.WriteAsync<Outcome<CommitResult>>(
            cluster,
            async (db, ct) => await host.Get<ReturnToRevision>().OrderedAsync(db, await RolloutAsync(db, unconfirmed), "admin", isUnproven: true, awaitsConfirmation: true, ct),
            CancellationToken.None);

        returned.Succeeded.ShouldBeTrue(returned.Failure?.Detail);
        (await OwnItemsAsync(agent)).ShouldBe(0);
        (await OutboundAsync()).ShouldContain("a.example");
    }

    [Fact]
    public async Task A_way_back_that_is_barred_is_told_once_and_taken_when_it_is_free()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        using var witness = await TestAgent.NewAsync(host, cluster, "mx2");
        await using var stream = await witness.ConnectAsync();
        await stream.WelcomeAsync();
        var unconfirmed = await UnconfirmedAsync(agent, stream);
        await host.ChangeAsync(cluster, db => db.Clusters.Where(c => c.Id == cluster).ExecuteUpdateAsync(s => s.SetProperty(c => c.Forked, true)));
        await ExpireAsync(unconfirmed);
        for (var n = 0; n < 3; n++) (await host.Get<ProgressRollout>().StepAsync(cluster, CancellationToken.None)).ShouldBeFalse();
        (await host.ReadAsync(db => db.Rollouts.Where(r => r.Id == unconfirmed.Rollout).Select(r => r.State).SingleAsync())).ShouldBe(RolloutState.Running);
        host.Log.Errors.Count(e => e.Contains("was not confirmed, but revision 2 cannot be taken back yet", StringComparison.Ordinal)).ShouldBe(1);

        await host.ChangeAsync(cluster, db => db.Clusters.Where(c => c.Id == cluster).ExecuteUpdateAsync(s => s.SetProperty(c => c.Forked, false)));
        await host.RolloutStateAsync(unconfirmed, RolloutState.RolledBack);
        (await OutboundAsync()).ShouldContain("a.example");
    }

    [Fact]
    public async Task A_rollout_does_not_wait_for_a_machine_that_is_held_while_it_runs()
    {
        using var held = await TestAgent.NewAsync(host, cluster, "mx1");
        using var free = await TestAgent.NewAsync(host, cluster, "mx2");
        await using var heldStream = await held.ConnectAsync();
        await using var freeStream = await free.ConnectAsync();
        await heldStream.WelcomeAsync();
        await freeStream.WelcomeAsync();
        var commit = await host.CommitHostnameAsync(cluster, "a.example");
        var heldOffer = await heldStream.OfferAsync();
        var freeOffer = await freeStream.OfferAsync();
        await heldStream.BeatAsync(new StatusVector { Sequence = 1, Hold = new Hold() }, TestStream.Held(heldOffer.Offer, heldOffer.Assignment));
        await heldStream.NextAsync(m => m.StatusEcho);
        await host.RolloutStateAsync(commit, RolloutState.Running);

        await freeStream.BeatAsync(RolloutTests.Verified(SessionTests.PartsOf(freeOffer.Offer).Single(), freeOffer.Assignment, 1), TestStream.Held(freeOffer.Offer, freeOffer.Assignment));
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        (await StateAsync(commit, held)).ShouldBe(RolloutMachineState.Waiting);
        (await host.ReadAsync(db => db.Rollouts.Where(r => r.Id == commit.Rollout).Select(r => r.Reason).SingleAsync())).ShouldContain("1 machines were not reached");

        // Released, it applies what it was given, and the next rollout waits for it again.
        await heldStream.BeatAsync(RolloutTests.Verified(SessionTests.PartsOf(heldOffer.Offer).Single(), heldOffer.Assignment, 2), TestStream.Held(heldOffer.Offer, heldOffer.Assignment));
        await heldStream.NextAsync(m => m.StatusEcho);
        var stands = await host.ReadAsync(async db => await host.Get<RolloutReading>().ReadAsync(db, await RolloutAsync(db, commit), CancellationToken.None));
        stands.ShouldAllBe(s => s.State == RolloutMachineState.Verified);
        var next = await host.CommitHostnameAsync(cluster, "b.example");
        var second = await freeStream.OfferAsync();
        await freeStream.BeatAsync(RolloutTests.Verified(SessionTests.PartsOf(second.Offer).Single(), second.Assignment, 2), TestStream.Held(second.Offer, second.Assignment));
        await Eventually.Is(async () => await StateAsync(next, free) == RolloutMachineState.Verified, "the other machine is verified");
        await host.RolloutStateAsync(next, RolloutState.Running);
        var last = await heldStream.OfferAsync();
        await heldStream.BeatAsync(RolloutTests.Verified(SessionTests.PartsOf(last.Offer).Single(), last.Assignment, 3), TestStream.Held(last.Offer, last.Assignment));
        await host.RolloutStateAsync(next, RolloutState.Succeeded);
    }

    private string firstBundle = string.Empty;

    // Revision 1 is proven, and has a layer of the machine; revision 2 changes the level above, and runs unconfirmed.
    private async Task<CommitResult> UnconfirmedAsync(TestAgent agent, TestStream stream)
    {
        await host.CommitAsync(cluster,
            AgentHost.Put(cluster, Kinds.Outbound, Kinds.SingletonName, """{"hostname":"a.example"}"""),
            AgentHost.Put(cluster, Kinds.Outbound, Kinds.SingletonName, """{"hostname":"own.example"}""", LevelKind.Machine, agent.MachineId));
        var first = await stream.OfferAsync();
        firstBundle = first.Offer.Bundle.ToStringUtf8();
        await stream.BeatAsync(RolloutTests.Verified(SessionTests.PartsOf(first.Offer).Single(), first.Assignment, 1), TestStream.Held(first.Offer, first.Assignment));
        await host.EndRolloutsAsync(cluster);
        StagedEdit[] edits = [AgentHost.Put(cluster, Kinds.Outbound, Kinds.SingletonName, """{"hostname":"b.example"}""")];
        var outcome = await host.Database.WriteAsync<Outcome<CommitResult>>(
            cluster,
            (db, ct) => host.Get<CommitEngine>().CommitAsync(
                db, new CommitOrder { ClusterId = cluster, Author = "test", Action = "test.commit", Edits = edits, Kind = CommitKind.System, Rollout = new RolloutOptions { ConfirmWithinSeconds = 3600 } }, ct),
            CancellationToken.None);
        await host.RolloutStateAsync(outcome.Value, RolloutState.Running);
        return outcome.Value;
    }

    private async Task RejoinAfreshAsync(TestAgent agent)
    {
        await agent.Enrollment().LeaveAsync(new LeaveRequest());
        using var back = await TestAgent.JoinAsync(host, await host.NewTokenAsync(cluster, restore: agent.MachineId), "mx1", change: r => r.Fresh = true);
    }

    private Task ExpireAsync(CommitResult commit) => host.ChangeAsync(cluster, async db => (await RolloutAsync(db, commit)).ConfirmDeadline = TimeProvider.System.GetUtcNow().AddSeconds(-1));

    private static Task<RolloutRecord> RolloutAsync(Storage.ClusterDbContext db, CommitResult commit) => db.Rollouts.SingleAsync(r => r.Id == commit.Rollout);

    private Task<RolloutMachineState> StateAsync(CommitResult commit, TestAgent agent) =>
        host.ReadAsync(db => db.RolloutMachines.Where(m => m.RolloutId == commit.Rollout && m.MachineId == agent.MachineId).Select(m => m.State).SingleAsync());

    private Task<long> RevisionAsync() => host.ReadAsync(db => db.Clusters.Select(c => c.Revision).SingleAsync());

    private Task<int> OwnItemsAsync(TestAgent agent) => host.ReadAsync(db => db.Items.CountAsync(i => i.LevelId == agent.MachineId && i.ToRevision == null));

    private Task<string> OutboundAsync() => host.ReadAsync(db => db.Items.Where(i => i.LevelId == cluster && i.Kind == Kinds.Outbound && i.ToRevision == null)
        .Join(db.Documents, i => i.DocumentHash, d => d.Hash, (_, d) => d.Text).SingleAsync());
}
