using Cluster.Client.Problems;
using Cluster.Client.Values;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Rollouts.Progress;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

public sealed class RolloutTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Without_machines_a_rollout_succeeds_at_once_and_moves_the_baseline()
    {
        var commit = await host.CommitHostnameAsync("a.example");
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        (await host.ClusterAsync()).Baseline.ShouldBe(1);
    }

    [Fact]
    public async Task It_succeeds_when_every_reached_machine_is_verified_and_offline_ones_get_it_later()
    {
        using var offline = await TestAgent.NewAsync(host, "mx0");
        await using (var once = await offline.ConnectAsync()) await once.WelcomeAsync();
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var commit = await host.CommitHostnameAsync("a.example");
        var offer = await stream.OfferAsync();
        await host.RolloutStateAsync(commit, RolloutState.Running);
        await VerifyAsync(stream, offer, 1);
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        (await host.RolloutStateOfAsync(commit, "mx1")).ShouldBe(RolloutMachineState.Verified);

        await using var late = await offline.ConnectAsync();
        (await late.OfferAsync()).Assignment.Revision.ShouldBe(1ul);
    }

    [Fact]
    public async Task It_fails_when_a_machine_fails_and_the_next_one_starts()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var commit = await host.CommitHostnameAsync("a.example");
        var (offer, assignment) = await stream.OfferAsync();
        await stream.BeatAsync(new StatusVector
        {
            Sequence = 1,
            Services =
            {
                new ServiceStatus
                {
                    Name = "postfix",
                    Attempted = new Attempted
                    {
                        PartSha256 = SessionTests.PartsOf(offer).Single(),
                        Number = assignment.Number,
                        Error = new ApplyError { Code = "preflight-failed", Message = "bad", Kind = FailureKind.Final }
                    }
                }
            },
        }, TestStream.Held(offer, assignment));
        await host.RolloutStateAsync(commit, RolloutState.Failed);
        var next = await host.CommitHostnameAsync("b.example");
        (await stream.OfferAsync()).Assignment.Revision.ShouldBe(2ul);
        await host.RolloutStateAsync(next, RolloutState.Running);
    }

    [Fact]
    public async Task The_newest_queued_rollout_starts_and_older_ones_are_superseded()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var first = await host.CommitHostnameAsync("a.example");
        var offer = await stream.OfferAsync();
        var second = await host.CommitHostnameAsync("b.example");
        var third = await host.CommitHostnameAsync("c.example");
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
        using var a = await TestAgent.NewAsync(host, "mx1");
        using var b = await TestAgent.NewAsync(host, "mx2");
        await using var streamA = await a.ConnectAsync();
        await using var streamB = await b.ConnectAsync();
        await streamA.WelcomeAsync();
        await streamB.WelcomeAsync();
        await host.CommitHostnameAsync("all.example");
        var (firstA, firstB) = (await streamA.TakeAsync(), await streamB.TakeAsync());
        firstA.BundleSha256.ShouldBe(firstB.BundleSha256);
        (await StoredContents.CountAsync(host)).ShouldBe(2);

        await host.EndRolloutsAsync();
        await host.Cluster.Singleton<OutboundSettings>()
            .PutAsync(new OutboundSettings { Hostname = "own.example" }, AgentSteps.OfMachine("mx2"));
        var (secondA, secondB) = (await streamA.TakeAsync(), await streamB.TakeAsync());
        secondA.BundleSha256.ShouldBe(firstA.BundleSha256);
        secondA.Number.ShouldBe(2ul);
        secondB.BundleSha256.ShouldNotBe(firstB.BundleSha256);
    }

    [Fact]
    public async Task An_interface_that_no_service_applies_sends_neither_content_nor_key_and_its_rollout_succeeds()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var first = await host.CommitHostnameAsync("a.example");
        var before = await stream.OfferAsync();
        await VerifyAsync(stream, before, 1);
        await host.RolloutStateAsync(first, RolloutState.Succeeded);
        var contents = await StoredContents.CountAsync(host);

        var commit = await host.CommitAsync(async edits =>
        {
            await edits.NewCertificateAsync("admin");
            await edits.Settings<ManagementInterface>()
                .PutAsync("mgmt", new ManagementInterface { Port = 443, HttpsCertificate = "admin" });
        });
        var (offer, assignment) = await stream.OfferAsync();
        assignment.BundleSha256.ShouldBe(before.Assignment.BundleSha256);
        assignment.Revision.ShouldBe(2ul);
        (await StoredContents.CountAsync(host)).ShouldBe(contents);
        await stream.BeatAsync(Verified(SessionTests.PartsOf(before.Offer).Single(), assignment, 2), TestStream.Held(offer, assignment));
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        (await host.KeyHoldersAsync("admin")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_return_right_after_a_change_has_not_succeeded_before_the_agent_has_looked_at_it()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.CommitHostnameAsync("good.example");
        var good = await stream.OfferAsync();
        await VerifyAsync(stream, good, 1);
        await host.EndRolloutsAsync();
        await host.CommitHostnameAsync("bad.example");
        await stream.OfferAsync();
        await host.EndRolloutsAsync();

        var rollout = await host.CommitHostnameAsync("good.example");
        var back = await stream.OfferAsync();
        back.Assignment.BundleSha256.ShouldBe(good.Assignment.BundleSha256);
        await host.RolloutStateAsync(rollout, RolloutState.Running);
        var part = SessionTests.PartsOf(good.Offer).Single();
        await stream.BeatAsync(Verified(part, good.Assignment, 2), TestStream.Held(back.Offer, back.Assignment));
        await stream.NextAsync(m => m.StatusEcho is { Sequence: 2 } echo ? echo : null);
        await host.Get<ProgressRollout>().StepAsync(host.ClusterId, TestContext.Current.CancellationToken);
        (await host.RolloutAsync(rollout)).State.ShouldBe(RolloutState.Running);

        await VerifyAsync(stream, back, 3);
        await host.RolloutStateAsync(rollout, RolloutState.Succeeded);
    }

    [Fact]
    public async Task Desired_follows_group_mode_capabilities_generation_and_retry()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        // Its rollout would wait for a machine that it finds connected.
        await host.RolloutStateAsync((await host.Cluster.Groups.PutAsync("inner")).Receipt, RolloutState.Succeeded);
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.CommitAsync(async edits =>
        {
            await edits.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "all.example" });
            await edits.Singleton<OutboundSettings>()
                .PutAsync(
                    new OutboundSettings { Hostname = "inner.example" },
                    new WriteOptions { Level = new LevelName(LevelKind.Group, "inner") });
        });
        (await stream.TakeAsync()).Revision.ShouldBe(1ul, "the revision of the group is the baseline");
        var first = await stream.TakeAsync();
        await host.Cluster.Machines.PatchAsync("mx1", new MachinePatch { Group = "inner" });
        var moved = await stream.TakeAsync();
        moved.BundleSha256.ShouldNotBe(first.BundleSha256);
        moved.Revision.ShouldBe(first.Revision);
        await host.Cluster.Machines.PatchAsync("mx1", new MachinePatch { Mode = MachineMode.Observe });
        (await stream.TakeAsync()).Observe.ShouldBeTrue();
        await host.Cluster.Machines.RetryAsync("mx1");
        (await stream.TakeAsync()).Attempt.ShouldBe(1u);
        await stream.SendAsync(
            new AgentMessage { Heartbeat = new Heartbeat { Services = { TestAgent.Service(), TestAgent.Service("second") } } });
        (await stream.TakeAsync()).Number.ShouldBe(6ul);

        await agent.RenewAsync();
        await using var renewed = await agent.ConnectAsync(change: h => h.Services.Add(TestAgent.Service("second")));
        (await renewed.OfferAsync()).Assignment.Generation.ShouldBe(2u);
    }

    [Fact]
    public async Task A_rollout_goes_on_after_the_manager_was_restarted_in_the_middle()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        (Offer Offer, Assignment Assignment) offer;
        ChangeReceipt commit;
        await using (var stream = await agent.ConnectAsync())
        {
            await stream.WelcomeAsync();
            commit = await host.CommitHostnameAsync("a.example");
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
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
    }

    [Fact]
    public async Task A_machine_that_rejoins_gets_the_baseline_with_the_bundle_that_it_had()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await host.CommitHostnameAsync("a.example");
        Assignment before;
        await using (var stream = await agent.ConnectAsync()) before = await stream.TakeAsync();
        await agent.Enrollment().LeaveAsync(new LeaveRequest());
        var token = await host.NewTokenAsync();
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
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await host.Cluster.Singleton<OutboundSettings>()
            .PutAsync(new OutboundSettings { Hostname = "own.example" }, AgentSteps.OfMachine("mx1"));
        await agent.Enrollment().LeaveAsync(new LeaveRequest());
        var restore = await host.NewTokenAsync(new() { Restore = agent.MachineId });
        using var back = await TestAgent.JoinAsync(host, restore, "mx1", change: r => r.Fresh = true);
        var own = await Should.ThrowAsync<ProblemException>(
            () => host.Cluster.Singleton<OutboundSettings>().GetAsync(new ViewOptions { Level = AgentSteps.OfMachine("mx1").Level }));
        own.Code.ShouldBe(ProblemCodes.NotDefinedAtLevel);
        (await host.ClusterAsync()).Revision.ShouldBe(2);
    }

    private static async Task VerifyAsync(TestStream stream, (Offer Offer, Assignment Assignment) offer, ulong sequence)
    {
        await stream.BeatAsync(
            Verified(SessionTests.PartsOf(offer.Offer).Single(), offer.Assignment, sequence),
            TestStream.Held(offer.Offer, offer.Assignment));
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
                Verified = new Verified
                {
                    PartSha256 = part,
                    Number = assignment.Number,
                    Revision = assignment.Revision,
                    Method = ProofMethod.Wire
                },
            },
        },
    };
}
