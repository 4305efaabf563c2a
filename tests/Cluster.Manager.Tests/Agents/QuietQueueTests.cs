using Cluster.Contracts.Rollouts;
using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>
/// What cannot go on now wakes nobody: each announced change has every manager compare all of its streams with the database, and the
/// rollouts tried again, which must not announce one themselves.
/// </summary>
public sealed class QuietQueueTests : IAsyncLifetime
{
    private static readonly TimeSpan Rounds = TimeSpan.FromSeconds(5);
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_rollout_that_waits_for_another_announces_nothing()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var first = await host.CommitHostnameAsync("a.example");
        await stream.TakeAsync();
        await host.RolloutStateAsync(first, RolloutState.Running);
        var second = await host.CommitHostnameAsync("b.example");
        await Task.Delay(Rounds, TestContext.Current.CancellationToken);

        (await AnnouncedWithinAsync(Rounds)).ShouldBe(0);

        (await host.RolloutAsync(second)).State.ShouldBe(RolloutState.Queued);
        await host.EndRolloutsAsync();
        (await stream.TakeAsync()).Revision.ShouldBe(2ul);
    }

    /// <summary>By the clock of another manager a revision may be confirmed later than its assignments were made here.</summary>
    [Fact]
    public async Task An_assignment_that_fits_is_not_made_again_for_a_clock_that_is_ahead()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var commit = await host.CommitHostnameAsync("a.example");
        await stream.TakeAsync();
        await host.RolloutStateAsync(commit, RolloutState.Running);
        var ahead = host.Clock.GetUtcNow().AddHours(1);
        await host.Get<ClusterDatabase>().WriteAsync(
            null,
            (db, ct) => db.Rollouts.ExecuteUpdateAsync(
                s => s.SetProperty(r => r.ConfirmDeadline, ahead).SetProperty(r => r.ConfirmedAt, ahead), ct),
            TestContext.Current.CancellationToken);
        var before = await CounterAsync();

        await host.Get<ReassignStaleMachines>().ReassignAsync(host.ClusterId, TestContext.Current.CancellationToken);

        (await CounterAsync()).ShouldBe(before);
        (await host.Get<ClusterDatabase>().ReadAsync(
            (db, ct) => db.Desired.Select(d => d.Number).SingleAsync(ct), TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    private async Task<long> AnnouncedWithinAsync(TimeSpan time)
    {
        var before = await CounterAsync();
        await Task.Delay(time, TestContext.Current.CancellationToken);
        return await CounterAsync() - before;
    }

    private Task<long> CounterAsync() => host.Get<ClusterDatabase>().ReadAsync(
        (db, ct) => db.Clusters.Where(c => c.Id == host.ClusterId).Select(c => c.ChangeCounter).SingleAsync(ct),
        TestContext.Current.CancellationToken);
}
