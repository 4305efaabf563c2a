using Cluster.Client.Settings;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Rollouts;

public sealed class CancelTests(TestManager manager) : IClassFixture<TestManager>
{
    private static readonly MailFlowPolicy Required = new() { Tls = PolicyTls.Required };

    private SettingsClient<MailFlowPolicy> Policies => manager.Cluster.Settings<MailFlowPolicy>();

    [Fact]
    public async Task Only_the_newest_revision_is_taken_back_by_its_rollout()
    {
        var old = (await Policies.PutAsync("older", Required)).Receipt;
        await manager.RolloutStateAsync(old, RolloutState.Succeeded);
        var newest = (await Policies.PutAsync("newest", Required)).Receipt;

        var refused = await manager.Cluster.Rollouts.RollBackAsync(old.Rollout!.Value).ShouldBeRefused(ProblemCodes.RolloutNotNewest);
        refused.Status.ShouldBe(409);
        refused.Detail.ShouldContain($"POST revisions/{old.Revision - 1}/rollback");
        await Policies.GetAsync("newest");

        await manager.Cluster.Rollouts.RollBackAsync(newest.Rollout!.Value);
        await Policies.GetAsync("newest").ShouldBeRefused(ProblemCodes.NotFound);
        await Policies.GetAsync("older");
    }

    [Fact]
    public async Task What_has_succeeded_is_taken_back_only_to_what_is_valid()
    {
        var certificates = manager.Cluster.Certificates;
        await certificates.MakeAsync("lost", "lost.example.org");
        using var authority = new TestCa();
        var signed = authority.Sign(await certificates.RequestPemAsync("lost"));
        var newest = (await certificates.UploadPemAsync("lost", authority.PemFor(signed))).Receipt;
        await certificates.MarkCompromisedAsync("lost", 1);
        (await manager.Cluster.Revisions.ListAsync().FirstAsync()).Number.ShouldBe(newest.Revision!.Value);
        await manager.RolloutStateAsync(newest, RolloutState.Succeeded);

        var refused = await manager.Cluster.Rollouts.RollBackAsync(newest.Rollout!.Value).ShouldBeRefused(ProblemCodes.ValidationFailed);

        refused.Status.ShouldBe(422);
        (await certificates.GetAsync("lost")).Value.Version.ShouldBe(2);
        (await manager.RolloutAsync(newest)).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public async Task An_unconfirmed_rollout_is_confirmed_or_taken_back_and_never_just_left()
    {
        var committed = await manager.CommitAsync(
            edits => edits.Settings<MailFlowPolicy>().PutAsync("unconfirmed", Required), confirmWithin: "1h");
        var rollout = committed.Rollout!.Value;
        await Eventually.Has(() => manager.RolloutAsync(committed), r => r.ConfirmDeadline is not null, "the rollout started");

        var refused = await manager.Cluster.Rollouts.CancelAsync(rollout, new RolloutCancel { Then = "hold" })
            .ShouldBeRefused(ProblemCodes.ConfirmationPending);

        refused.Status.ShouldBe(409);
        refused.Detail.ShouldContain($"POST revisions/{committed.Revision}/confirm");
        await manager.Cluster.Rollouts.RollBackAsync(rollout);
        await Policies.GetAsync("unconfirmed").ShouldBeRefused(ProblemCodes.NotFound);
    }
}
