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
        [FailpointNames.RolloutStarted] = ManagerKills.InRolloutAsync,
        [FailpointNames.KeysRecorded] = ManagerKills.InRolloutAsync,
        [FailpointNames.PendingKeyStored] = AgentKills.InJoinAsync,
        [FailpointNames.JoinAnswered] = AgentKills.InJoinAsync,
        [FailpointNames.MembershipStored] = AgentKills.InJoinAsync,
        [FailpointNames.IdentityStored] = AgentKills.InJoinAsync,
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

    // A renewal is due after days: the agent's own tests kill it there, with a clock that they set.
    private static readonly string[] KilledInTheAgentsTests = [FailpointNames.RenewalStored, FailpointNames.RenewalPromoted];

    public static TheoryData<string> Names => [.. FailpointNames.All.Except(KilledInTheAgentsTests)];

    [Fact]
    public void Every_named_step_has_a_kill_test() => Scenarios.Keys.Concat(KilledInTheAgentsTests).ShouldBe(FailpointNames.All, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_process_is_killed_at(string step) => Scenarios[step](step);
}
