using Cluster.Contracts.Failpoints;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>A step without a kill test is not there.</summary>
public sealed class KillCoverageTests
{
    // A renewal is due after days: the agent's own tests kill it there, with a clock that they set.
    private static readonly string[] KilledInTheAgentsTests = [FailpointNames.RenewalStored, FailpointNames.RenewalPromoted];

    private static readonly TheoryData<string>[] KilledHere =
        [
            JoinKillTests.Steps,
            ApplyKillTests.Steps,
            RestoreKillTests.Steps,
            ManagerKillTests.CommitSteps,
            ManagerKillTests.RolloutSteps,
            ManagerKillTests.JoinSteps,
            RenewalKillTests.Steps
        ];

    [Fact]
    public void Every_named_step_has_a_kill_test() =>
        KilledHere.SelectMany(steps => steps.Select(row => row.Data.Split(':')[0]))
            .Concat(KilledInTheAgentsTests)
            .ShouldBe(FailpointNames.All, ignoreOrder: true);
}
