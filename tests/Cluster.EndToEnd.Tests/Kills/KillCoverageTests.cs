using System.Text.Json.Nodes;
using Cluster.Contracts.Failpoints;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
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

    // What a service is killed at is the same for all; a driver's own steps are in its class.
    private static readonly Dictionary<string, TheoryData<string>[]> KilledDrivers = new()
    {
        ["postfix"] = [ApplyKillTests.Steps, RestoreKillTests.Steps],
        ["nginx"] = [ServiceKillTests.Steps],
        ["files"] = [ServiceKillTests.Steps],
        ["ldap-client"] = [ServiceKillTests.Steps],
    };

    [Fact]
    public async Task Every_driver_is_killed_at_every_step_of_applying()
    {
        KilledDrivers.Keys.ShouldBe(await DriversAsync(), ignoreOrder: true);
        var applying = FailpointNames.All.Where(n => n.StartsWith("apply.", StringComparison.Ordinal));
        foreach (var (driver, steps) in KilledDrivers)
            applying.Except(steps.SelectMany(s => s.Select(row => row.Data))).ShouldBeEmpty($"steps at which {driver} is not killed");
    }

    [Fact]
    public void Every_named_step_has_a_kill_test() =>
        KilledHere.SelectMany(steps => steps.Select(row => row.Data.Split(':')[0]))
            .Concat(KilledInTheAgentsTests)
            .ShouldBe(FailpointNames.All, ignoreOrder: true);

    // The agent names its drivers to whoever asks for one that it has not.
    private static async Task<string[]> DriversAsync()
    {
        const string said = "use one of ";
        using var directory = new TestDirectory("drivers");
        var service = new JsonObject { ["name"] = "x", ["driver"] = "none", ["configDirectory"] = directory.Path };
        await File.WriteAllTextAsync(directory["agent.json"], new JsonObject { ["services"] = new JsonArray(service) }.ToJsonString());
        var result = await Command.RunAsync(
            Builds.AgentWithFailpoints, ["check", "--state-dir", directory["state"], "--config", directory["agent.json"]]);
        var told = result.ToString();
        told.ShouldContain(said);
        return told[(told.IndexOf(said, StringComparison.Ordinal) + said.Length)..].Split('.')[0].Split(", ");
    }
}
