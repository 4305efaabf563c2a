using Cluster.Contracts.Levels;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Protocol.V1;
using Cluster.Storage.Configuration;
using Cluster.Testing;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

public sealed class RolloutTests : IAsyncLifetime
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
    public async Task Without_machines_a_rollout_succeeds_at_once_and_moves_the_baseline()
    {
        var commit = await host.CommitHostnameAsync(cluster, "a.example");
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        (await host.ReadAsync(db => db.Clusters.Select(c => c.Baseline).SingleAsync())).ShouldBe(1);
    }

    [Fact]
    public async Task It_succeeds_when_every_reached_machine_is_verified_and_offline_ones_get_it_later()
    {
        using var offline = await TestAgent.NewAsync(host, cluster, "mx0");
        await using (var once = await offline.ConnectAsync()) await once.WelcomeAsync();
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var commit = await host.CommitHostnameAsync(cluster, "a.example");
        var offer = await stream.OfferAsync();
        await host.RolloutStateAsync(commit, RolloutState.Running);
        await VerifyAsync(stream, offer, 1);
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        (await host.ReadAsync(db => db.RolloutMachines.Where(m => m.MachineId == agent.MachineId).Select(m => m.State).SingleAsync())).ShouldBe(RolloutMachineState.Verified);

        await using var late = await offline.ConnectAsync();
        (await late.OfferAsync()).Assignment.Revision.ShouldBe(1ul);
    }

    [Fact]
    public async Task It_fails_when_a_machine_fails_and_the_next_one_starts()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var commit = await host.CommitHostnameAsync(cluster, "a.example");
        var (offer, assignment) = await stream.OfferAsync();
        await stream.BeatAsync(new StatusVector
        {
            Sequence = 1,
            Services = { new ServiceStatus { Name = "postfix", Attempted = new Attempted { PartSha256 = SessionTests.PartsOf(offer).Single(), Number = assignment.Number, Error = new ApplyError { Code = "preflight-failed", Message = "bad", Kind = FailureKind.Final } } } },
        }, TestStream.Held(offer, assignment));
        await host.RolloutStateAsync(commit, RolloutState.Failed);
        var next = await host.CommitHostnameAsync(cluster, "b.example");
        (await stream.OfferAsync()).Assignment.Revision.ShouldBe(2ul);
        await host.RolloutStateAsync(next, RolloutState.Running);
    }

    [Fact]
    public async Task The_newest_queued_rollout_starts_and_older_ones_are_superseded()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var first = await host.CommitHostnameAsync(cluster, "a.example");
        var offer = await stream.OfferAsync();
        var second = await host.CommitHostnameAsync(cluster, "b.example");
        var third = await host.CommitHostnameAsync(cluster, "c.example");
        await VerifyAsync(stream, offer, 1);
        await host.RolloutStateAsync(first, RolloutState.Succeeded);
        await host.RolloutStateAsync(second, RolloutState.Superseded);
        var last = await stream.OfferAsync();
        last.Assignment.Revision.ShouldBe(3ul);
        await VerifyAsync(stream, last, 2);
        await host.RolloutStateAsync(third, RolloutState.Succeeded);
    }

    [Fact]
    public async Task A_revision_that_changes_nothing_for_a_machine_sends_an_assignment_with_the_bundle_that_it_has()
    {
        using var a = await TestAgent.NewAsync(host, cluster, "mx1");
        using var b = await TestAgent.NewAsync(host, cluster, "mx2");
        await using var streamA = await a.ConnectAsync();
        await using var streamB = await b.ConnectAsync();
        await streamA.WelcomeAsync();
        await streamB.WelcomeAsync();
        await host.CommitHostnameAsync(cluster, "all.example");
        var (firstA, firstB) = (await streamA.TakeAsync(), await streamB.TakeAsync());
        firstA.BundleSha256.ShouldBe(firstB.BundleSha256);
        (await host.ReadAsync(db => db.Contents.CountAsync())).ShouldBe(2);

        await host.EndRolloutsAsync(cluster);
        await host.CommitAsync(cluster, AgentHost.Put(cluster, Kinds.Outbound, "-", """{"hostname":"own.example"}""", LevelKind.Machine, b.MachineId));
        var (secondA, secondB) = (await streamA.TakeAsync(), await streamB.TakeAsync());
        secondA.BundleSha256.ShouldBe(firstA.BundleSha256);
        secondA.Number.ShouldBe(2ul);
        secondB.BundleSha256.ShouldNotBe(firstB.BundleSha256);
    }

    [Fact]
    public async Task An_interface_that_no_service_applies_sends_neither_content_nor_key_and_its_rollout_succeeds()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var first = await host.CommitHostnameAsync(cluster, "a.example");
        var before = await stream.OfferAsync();
        await VerifyAsync(stream, before, 1);
        await host.RolloutStateAsync(first, RolloutState.Succeeded);
        var contents = await host.ReadAsync(db => db.Contents.CountAsync());

        var (key, certificate) = await host.NewCertificateAsync(cluster, "admin");
        var commit = await host.CommitAsync(cluster, certificate, AgentHost.Put(cluster, Kinds.Interfaces, "mgmt", """{"port":443,"httpsCertificate":"admin"}"""));
        var (offer, assignment) = await stream.OfferAsync();
        assignment.BundleSha256.ShouldBe(before.Assignment.BundleSha256);
        assignment.Revision.ShouldBe(2ul);
        (await host.ReadAsync(db => db.Contents.CountAsync())).ShouldBe(contents);
        await stream.BeatAsync(Verified(SessionTests.PartsOf(before.Offer).Single(), assignment, 2), TestStream.Held(offer, assignment));
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        (await host.ReadAsync(db => db.KeyDeliveries.CountAsync(d => d.PublicKeySha256 == key))).ShouldBe(0);
    }

    [Fact]
    public async Task A_return_right_after_a_change_has_not_succeeded_before_the_agent_has_looked_at_it()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.CommitHostnameAsync(cluster, "good.example");
        var good = await stream.OfferAsync();
        await VerifyAsync(stream, good, 1);
        await host.EndRolloutsAsync(cluster);
        await host.CommitHostnameAsync(cluster, "bad.example");
        await stream.OfferAsync();
        await host.EndRolloutsAsync(cluster);

        var rollout = await host.CommitHostnameAsync(cluster, "good.example");
        var back = await stream.OfferAsync();
        back.Assignment.BundleSha256.ShouldBe(good.Assignment.BundleSha256);
        await host.RolloutStateAsync(rollout, RolloutState.Running);
        var part = SessionTests.PartsOf(good.Offer).Single();
        await stream.BeatAsync(Verified(part, good.Assignment, 2), TestStream.Held(back.Offer, back.Assignment));
        // Longer than the pause between two steps of rollouts.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await host.RolloutStateAsync(rollout, RolloutState.Running);

        await VerifyAsync(stream, back, 3);
        await host.RolloutStateAsync(rollout, RolloutState.Succeeded);
    }

    [Fact]
    public async Task Desired_follows_group_mode_capabilities_generation_and_retry()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        var other = Guid.CreateVersion7();
        await host.ChangeAsync(cluster, db =>
        {
            db.Groups.Add(new MachineGroup { Id = other, ClusterId = cluster, Name = "inner", CreatedAt = TimeProvider.System.GetUtcNow() });
            return Task.CompletedTask;
        });
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.CommitAsync(cluster,
            AgentHost.Put(cluster, Kinds.Outbound, "-", """{"hostname":"all.example"}"""),
            AgentHost.Put(cluster, Kinds.Outbound, "-", """{"hostname":"inner.example"}""", LevelKind.Group, other));
        var first = await stream.TakeAsync();
        await host.ChangeMachineAsync(agent, m => m.GroupId = other);
        var moved = await stream.TakeAsync();
        moved.BundleSha256.ShouldNotBe(first.BundleSha256);
        moved.Revision.ShouldBe(first.Revision);
        await host.ChangeMachineAsync(agent, m => m.Mode = MachineMode.Observe);
        (await stream.TakeAsync()).Observe.ShouldBeTrue();
        await host.ChangeMachineAsync(agent, m => Features.Enrollment.MachineLife.Retry(m).ShouldBeNull());
        (await stream.TakeAsync()).Attempt.ShouldBe(1u);
        await stream.SendAsync(new AgentMessage { Heartbeat = new Heartbeat { Services = { TestAgent.Service(), TestAgent.Service("second") } } });
        (await stream.TakeAsync()).Number.ShouldBe(5ul);

        await agent.RenewAsync();
        await using var renewed = await agent.ConnectAsync(change: h => h.Services.Add(TestAgent.Service("second")));
        (await renewed.OfferAsync()).Assignment.Generation.ShouldBe(2u);
    }

    [Fact]
    public async Task A_rollout_goes_on_after_the_manager_was_restarted_in_the_middle()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        (Offer Offer, Assignment Assignment) offer;
        CommitResult commit;
        await using (var stream = await agent.ConnectAsync())
        {
            await stream.WelcomeAsync();
            commit = await host.CommitHostnameAsync(cluster, "a.example");
            offer = await stream.OfferAsync();
            await host.RolloutStateAsync(commit, RolloutState.Running);
            await host.StopAsync();
        }

        await host.StartAgainAsync();
        await using var again = await agent.ConnectAsync();
        await again.WelcomeAsync();
        var repeated = await again.OfferAsync();
        repeated.Offer.Assignment.ShouldBe(offer.Offer.Assignment);
        await VerifyAsync(again, repeated, 1);
        await Eventually.Is(
            async () => await host.ReadAsync(db => db.Rollouts.Where(r => r.Id == commit.Rollout).Select(r => r.State).SingleAsync()) == RolloutState.Succeeded, "the rollout succeeded");
    }

    [Fact]
    public async Task A_machine_that_rejoins_gets_the_baseline_with_the_bundle_that_it_had()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        await host.CommitHostnameAsync(cluster, "a.example");
        Assignment before;
        await using (var stream = await agent.ConnectAsync()) before = await stream.TakeAsync();
        await agent.Enrollment().LeaveAsync(new LeaveRequest());
        var token = await host.NewTokenAsync(cluster);
        using var key = TestAgent.NewKey();
        using var back = await TestAgent.JoinAsync(host, token, "mx1", key, r => r.Rejoin = TestAgent.ProofFor(agent, token, key));
        await using var again = await back.ConnectAsync();
        var after = (await again.OfferAsync()).Assignment;
        after.BundleSha256.ShouldBe(before.BundleSha256);
        after.Generation.ShouldBe(2u);
        after.Number.ShouldBeGreaterThan(before.Number);
    }

    [Fact]
    public async Task A_fresh_rejoin_empties_the_machine_s_layer_by_a_revision()
    {
        using var agent = await TestAgent.NewAsync(host, cluster, "mx1");
        await host.CommitAsync(cluster, AgentHost.Put(cluster, Kinds.Outbound, "-", """{"hostname":"own.example"}""", LevelKind.Machine, agent.MachineId));
        await agent.Enrollment().LeaveAsync(new LeaveRequest());
        var restore = await host.NewTokenAsync(cluster, restore: agent.MachineId);
        using var back = await TestAgent.JoinAsync(host, restore, "mx1", change: r => r.Fresh = true);
        (await host.ReadAsync(db => db.Items.CountAsync(i => i.LevelId == agent.MachineId && i.ToRevision == null))).ShouldBe(0);
        (await host.ReadAsync(db => db.Clusters.Select(c => c.Revision).SingleAsync())).ShouldBe(2);
    }

    private static async Task VerifyAsync(TestStream stream, (Offer Offer, Assignment Assignment) offer, ulong sequence)
    {
        await stream.BeatAsync(Verified(SessionTests.PartsOf(offer.Offer).Single(), offer.Assignment, sequence), TestStream.Held(offer.Offer, offer.Assignment));
    }

    internal static StatusVector Verified(ByteString part, Assignment assignment, ulong sequence) => new()
    {
        Sequence = sequence,
        Services =
        {
            new ServiceStatus
            {
                Name = "postfix", Running = true,
                Applied = new Applied { PartSha256 = part, Number = assignment.Number, Revision = assignment.Revision },
                Attempted = new Attempted { PartSha256 = part, Number = assignment.Number, Revision = assignment.Revision },
                Verified = new Verified { PartSha256 = part, Number = assignment.Number, Revision = assignment.Revision, Method = ProofMethod.Wire },
            },
        },
    };

}
