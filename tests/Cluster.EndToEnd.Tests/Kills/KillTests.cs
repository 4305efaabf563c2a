using Cluster.Contracts.Failpoints;
using Cluster.Testing.Fleets;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>kill -9 at every named step: afterwards the service serves the old or the new complete pair, and nothing committed is lost.</summary>
public sealed class KillTests
{
    private static readonly Dictionary<string, Func<string, Task>> Scenarios = new()
    {
        [FailpointNames.CommitInTransaction] = ManagerKills.InCommitAsync,
        [FailpointNames.CommitDurable] = ManagerKills.InCommitAsync,
        [FailpointNames.JoinDurable] = ManagerKills.InJoinAsync,
        [FailpointNames.RenewDurable] = ManagerKills.InRenewalAsync,
        [FailpointNames.RolloutStarted] = ManagerKills.InRolloutAsync,
        [FailpointNames.KeysRecorded] = ManagerKills.InRolloutAsync,
        [FailpointNames.PendingKeyStored] = AgentKills.InJoinAsync,
        [FailpointNames.JoinAnswered] = AgentKills.InJoinAsync,
        [FailpointNames.MembershipStored] = AgentKills.InJoinAsync,
        [FailpointNames.IdentityStored] = AgentKills.InJoinAsync,
        [FailpointNames.RenewalStored] = AgentKills.InRenewalAsync,
        [FailpointNames.RenewalPromoted] = AgentKills.InRenewalAsync,
        [FailpointNames.AssignmentStored] = AgentKills.InApplyAsync,
        [FailpointNames.ApplyStaged] = AgentKills.InApplyAsync,
        [FailpointNames.ApplyJournaled] = AgentKills.InApplyAsync,
        [FailpointNames.ApplySwitched] = AgentKills.InApplyAsync,
        [FailpointNames.ApplyReloaded] = AgentKills.InApplyAsync,
        [FailpointNames.ApplyProven] = AgentKills.InApplyAsync,
        [FailpointNames.ApplyRecorded] = AgentKills.InApplyAsync,
        [FailpointNames.ApplyCompleted] = AgentKills.InApplyAsync,
        [FailpointNames.ApplyRestoring] = AgentKills.InRestoreAsync,
        [FailpointNames.ApplyRestored] = AgentKills.InRestoreAsync,
    };

    public static TheoryData<string> Names => [.. FailpointNames.All];

    [Fact]
    public void Every_named_step_has_a_kill_test() => Scenarios.Keys.ShouldBe(FailpointNames.All, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_process_is_killed_at(string step) => Scenarios[step](step);
}
