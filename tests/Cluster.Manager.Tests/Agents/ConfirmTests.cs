using Cluster.Client.Values;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Rollouts.Progress;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Storage.Units;
using Cluster.Testing;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>A revision that nobody confirms is rolled back, and takes nothing else with it.</summary>
public sealed class ConfirmTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task What_was_committed_meanwhile_stays_when_nobody_confirms()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        using var witness = await TestAgent.NewAsync(host, "mx2");
        await using var stream = await witness.ConnectAsync();
        await stream.WelcomeAsync();
        var unconfirmed = await UnconfirmedAsync(stream);
        await RejoinAfreshAsync(agent);
        (await host.ClusterAsync()).Revision.ShouldBe(3);

        Expire();
        await host.RolloutStateAsync(unconfirmed, RolloutState.RolledBack);

        (await host.ClusterAsync()).Revision.ShouldBe(4);
        (await HostnamesAsync()).ShouldBe(["a.example"], "the layer was emptied by a revision of its own");
        await Eventually.Has(() => host.ClusterAsync(), c => c.Baseline == 4, "the return is rolled out, and nothing older after it");
        (await host.Cluster.Rollouts.ListAsync().ToListAsync()).Single(r => r.Revision == 3).State.ShouldBe(RolloutState.Superseded);
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
    public async Task An_unconfirmed_revision_goes_back_when_that_is_ordered_though_it_is_not_the_newest()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        using var witness = await TestAgent.NewAsync(host, "mx2");
        await using var stream = await witness.ConnectAsync();
        await stream.WelcomeAsync();
        var unconfirmed = await UnconfirmedAsync(stream);
        await RejoinAfreshAsync(agent);

        await host.Cluster.Rollouts.RollBackAsync(unconfirmed.Rollout!.Value);

        (await HostnamesAsync()).ShouldBe(["a.example"]);
    }

    [Fact]
    public async Task A_way_back_that_is_barred_is_told_once_and_taken_when_it_is_free()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        using var witness = await TestAgent.NewAsync(host, "mx2");
        await using var stream = await witness.ConnectAsync();
        await stream.WelcomeAsync();
        var unconfirmed = await UnconfirmedAsync(stream);
        await SetForkedAsync(true);
        Expire();
        for (var n = 0; n < 3; n++) (await host.Get<ProgressRollout>().StepAsync(host.ClusterId, CancellationToken.None)).ShouldBeFalse();
        (await host.RolloutAsync(unconfirmed)).State.ShouldBe(RolloutState.Running);
        host.Log.Errors.Count(e => e.Contains("was not confirmed, but revision 2 cannot be rolled back yet", StringComparison.Ordinal))
            .ShouldBe(1);

        await SetForkedAsync(false);
        await host.RolloutStateAsync(unconfirmed, RolloutState.RolledBack);
        (await HostnamesAsync()).ShouldContain("a.example");
    }

    [Fact]
    public async Task A_rollout_does_not_wait_for_a_machine_that_is_held_while_it_runs()
    {
        using var held = await TestAgent.NewAsync(host, "mx1");
        using var free = await TestAgent.NewAsync(host, "mx2");
        await using var heldStream = await held.ConnectAsync();
        await using var freeStream = await free.ConnectAsync();
        await heldStream.WelcomeAsync();
        await freeStream.WelcomeAsync();
        var commit = await host.CommitHostnameAsync("a.example");
        var heldOffer = await heldStream.OfferAsync();
        var freeOffer = await freeStream.OfferAsync();
        await heldStream.BeatAsync(
            new StatusVector { Sequence = 1, Hold = new Hold() }, TestStream.Held(heldOffer.Offer, heldOffer.Assignment));
        await heldStream.NextAsync(m => m.StatusEcho);
        await host.RolloutStateAsync(commit, RolloutState.Running);

        await freeStream.BeatAsync(
            RolloutTests.Verified(SessionTests.PartsOf(freeOffer.Offer).Single(), freeOffer.Assignment, 1),
            TestStream.Held(freeOffer.Offer, freeOffer.Assignment));
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        (await host.RolloutStateOfAsync(commit, "mx1")).ShouldBe(RolloutMachineState.Waiting);
        (await host.RolloutAsync(commit)).Reason!.ShouldContain("1 machines were not reached");

        // Released, it applies what it was given, and the next rollout waits for it again.
        await heldStream.BeatAsync(
            RolloutTests.Verified(SessionTests.PartsOf(heldOffer.Offer).Single(), heldOffer.Assignment, 2),
            TestStream.Held(heldOffer.Offer, heldOffer.Assignment));
        await heldStream.NextAsync(m => m.StatusEcho);
        await Eventually.Has(() => host.MachineAsync("mx1"), m => m.InSync, "what was held is applied");
        var next = await host.CommitHostnameAsync("b.example");
        var second = await freeStream.OfferAsync();
        await freeStream.BeatAsync(
            RolloutTests.Verified(SessionTests.PartsOf(second.Offer).Single(), second.Assignment, 2),
            TestStream.Held(second.Offer, second.Assignment));
        await Eventually.Is(
            async () => await host.RolloutStateOfAsync(next, "mx2") == RolloutMachineState.Verified, "the other machine is verified");
        await host.RolloutStateAsync(next, RolloutState.Running);
        var last = await heldStream.OfferAsync();
        await heldStream.BeatAsync(
            RolloutTests.Verified(SessionTests.PartsOf(last.Offer).Single(), last.Assignment, 3),
            TestStream.Held(last.Offer, last.Assignment));
        await host.RolloutStateAsync(next, RolloutState.Succeeded);
    }

    private string firstBundle = "";

    // Revision 1 is proven, and has a layer of the machine; revision 2 changes the level above, and runs unconfirmed.
    private async Task<ChangeReceipt> UnconfirmedAsync(TestStream stream)
    {
        var proven = await host.CommitAsync(async edits =>
        {
            await edits.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "a.example" });
            await edits.Singleton<OutboundSettings>()
                .PutAsync(new OutboundSettings { Hostname = "own.example" }, AgentSteps.OfMachine("mx1"));
        });
        var first = await stream.OfferAsync();
        firstBundle = first.Offer.Bundle.ToStringUtf8();
        await stream.BeatAsync(
            RolloutTests.Verified(SessionTests.PartsOf(first.Offer).Single(), first.Assignment, 1),
            TestStream.Held(first.Offer, first.Assignment));
        await host.RolloutStateAsync(proven, RolloutState.Succeeded);
        var unconfirmed = await host.CommitAsync(
            edits => edits.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "b.example" }), confirmWithin: "5m");
        await host.RolloutStateAsync(unconfirmed, RolloutState.Running);
        return unconfirmed;
    }

    private async Task RejoinAfreshAsync(TestAgent agent)
    {
        await agent.Enrollment().LeaveAsync(new LeaveRequest());
        using var back = await TestAgent.JoinAsync(
            host, await host.NewTokenAsync(new() { Restore = agent.MachineId }), "mx1", change: r => r.Fresh = true);
    }

    // Less than the progress deadline of ten minutes, which would end the rollout first.
    private void Expire() => host.Clock.Advance(TimeSpan.FromMinutes(5));

    // Host names that any level defines.
    private async Task<IEnumerable<string?>> HostnamesAsync()
    {
        var own = await host.Cluster.Machines.GetEffectiveAsync("mx1");
        var all = await host.Cluster.Machines.GetEffectiveAsync("mx2");
        return new[] { own, all }
            .SelectMany(e => e.Value.Items)
            .Where(i => i.Kind == Kinds.Outbound)
            .Select(i => i.Value?.GetProperty("hostname").GetString())
            .Distinct();
    }

    // Only a database that was lost sets it, and only raising the epoch ends it; here both must happen while a rollout runs.
    private Task SetForkedAsync(bool forked) => host.Get<ClusterDatabase>().WriteAsync(
        host.ClusterId, (db, ct) => db.Clusters.ExecuteUpdateAsync(s => s.SetProperty(c => c.Forked, forked), ct), CancellationToken.None);
}
