using Cluster.Client.Problems;
using Cluster.Client.Values;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>
/// A manager that dies between a commit and its answer: whoever repeats the request learns that it took effect, and it does so
/// once.
/// </summary>
public sealed class IdempotencyKillTests
{
    [Theory]
    [InlineData(FailpointNames.CommitInTransaction)]
    [InlineData(FailpointNames.CommitDurable)]
    public async Task A_commit_that_is_repeated_with_its_key_after_a_kill_happens_once(string step)
    {
        await using var fleet = await Fleet.StartAsync(new ManagerStartOptions { WithFailpoints = true });
        var change = await fleet.StageAsync(Edit.Put("tls-required", new MailFlowPolicy { Tls = PolicyTls.Required }));
        await fleet.Manager.StopAsync();
        await fleet.Manager.StartAsync(step);
        var key = Guid.NewGuid().ToString();
        await Should.ThrowAsync<HttpRequestException>(() => CommitAsync(fleet, change, key));
        await fleet.Manager.ExitAsync();
        await fleet.Manager.StartAsync();

        if (step == FailpointNames.CommitInTransaction)
        {
            (await CommitAsync(fleet, change, key)).Receipt.Created.ShouldBeTrue();
        }
        else
        {
            (await Should.ThrowAsync<ProblemException>(() => CommitAsync(fleet, change, key)))
                .Code.ShouldBe(ProblemCodes.IdempotencyAnswerLost);
        }

        (await fleet.RevisionAsync()).ShouldBe(1);
        (await fleet.Cluster.ChangeSets.GetAsync(change)).Value.State.ShouldBe(ChangeSetState.Committed);
        (await fleet.Cluster.Settings<MailFlowPolicy>().GetAsync("tls-required")).Value.Document!.Tls.ShouldBe(PolicyTls.Required);
    }

    private static Task<Written<RevisionShape?>> CommitAsync(Fleet fleet, Guid change, string key) => fleet.Cluster.ChangeSets.CommitAsync(
        change, new CommitRequest { Comment = "once" }, new WriteOptions { IdempotencyKey = key });
}
