using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Reports;
using Cluster.Domain.Rollouts;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Rollouts;

public sealed class MachineProgressTests
{
    private static readonly ErrorReport Error = new("probe-failed", ApplyFailureKind.Final, "probe", "bad");

    [Fact]
    public void A_machine_is_verified_when_every_part_is_proven_and_failed_when_one_could_not_be_applied()
    {
        var proven = Service("a", "p1", 3, verified: "p1");
        var applied = Service("b", "p2", 3);
        var input = Input([new WantedPart("a", "p1"), new WantedPart("b", "p2")], 3, proven, applied);

        MachineProgress.Of(input).ShouldBe(RolloutMachineState.Applied);
        MachineProgress.Of(input with { Services = [proven, Service("b", "p2", 3, verified: "p2")] })
            .ShouldBe(RolloutMachineState.Verified);
        MachineProgress.Of(input with { Services = [proven, Failed(Service("b", "old", 2, verified: "old"), "p2")] })
            .ShouldBe(RolloutMachineState.Failed);
        MachineProgress.Of(input with { Services = [proven] }).ShouldBe(RolloutMachineState.Pending);
        MachineProgress.Of(input with { Number = 0, Reached = false }).ShouldBe(RolloutMachineState.Waiting);
        MachineProgress.Of(input with { Number = 0 }).ShouldBe(RolloutMachineState.Pending);
        MachineProgress.Of(input with { Wanted = [] }).ShouldBe(RolloutMachineState.Verified);
    }

    [Fact]
    public void A_failure_of_another_part_says_nothing() =>
        MachineProgress.Of(Input([new WantedPart("a", "p1")], 3, Failed(Service("a", "p1", 3, verified: "p1"), "p0")))
            .ShouldBe(RolloutMachineState.Verified);

    [Fact]
    public void A_part_that_was_proven_before_is_not_verified_while_the_service_is_being_changed_to_another()
    {
        var input = Input([new WantedPart("a", "p1")], 5, Service("a", "p1", 5, verified: "p1") with { Applying = true });

        MachineProgress.Of(input).ShouldBe(RolloutMachineState.Applying);
        MachineProgress.Of(input with { Services = [input.Services[0] with { Applying = false }] }).ShouldBe(RolloutMachineState.Verified);
        MachineProgress.Of(input with { Reached = false }).ShouldBe(RolloutMachineState.Waiting);
    }

    [Fact]
    public void A_part_that_was_proven_for_an_older_assignment_is_verified_when_a_reached_agent_has_looked_at_the_newest()
    {
        var input = Input([new WantedPart("a", "p1")], 7, Service("a", "p1", 5, verified: "p1")) with { Number = 6 };

        MachineProgress.Of(input).ShouldBe(RolloutMachineState.Pending, "it may be on its way to the part of assignment 6");
        MachineProgress.Of(input with { Services = [Service("a", "p1", 7, verified: "p1")] }).ShouldBe(RolloutMachineState.Verified);
        MachineProgress.Of(input with { Reached = false, UnchangedSince = 5 })
            .ShouldBe(RolloutMachineState.Verified, "it was given no other part since");
    }

    /// <summary>Assignment 6 named another part, 7 this one again; whether the host got 6 before it went away is not known.</summary>
    [Fact]
    public void A_machine_out_of_reach_is_not_verified_by_what_it_reported_before_another_part_was_given_to_it()
    {
        var reported = Input([new WantedPart("a", "p1")], 7, Service("a", "p1", 5, verified: "p1"));
        var input = reported with { Reached = false, UnchangedSince = 7 };

        MachineProgress.Of(input).ShouldBe(RolloutMachineState.Waiting);
        MachineProgress.Of(input with { Services = [Service("a", "p1", 7, verified: "p1")] }).ShouldBe(RolloutMachineState.Verified);
    }

    [Fact]
    public void A_part_that_is_live_without_some_of_its_items_is_failed_once_it_is_the_wanted_one()
    {
        var refusing = Service("a", "p1", 3, verified: "p1") with { Refused = [new RefusedReport("listeners", "mx", "unsupported", "no")] };

        MachineProgress.Of(Input([new WantedPart("a", "p1")], 3, refusing)).ShouldBe(RolloutMachineState.Failed);
        MachineProgress.Of(Input([new WantedPart("a", "p2")], 4, refusing)).ShouldBe(RolloutMachineState.Pending);
        MachineProgress.Of(Input([new WantedPart("a", "p1")], 4, refusing))
            .ShouldBe(RolloutMachineState.Pending, "the agent has not looked yet");
    }

    private static MachineProgressInput Input(WantedPart[] wanted, long number, params ServiceReport[] services) =>
        new() { Reached = true, Number = number, Newest = number, UnchangedSince = number, Wanted = wanted, Services = services };

    private static ServiceReport Service(string name, string part, long number, string? verified = null) => new()
    {
        Name = name,
        Applied = new PartReport(part, number, number, Make.Now),
        Verified = verified is null ? null : new ProofReport(verified, number, number, Make.Now, VerificationMethod.Wire),
    };

    private static ServiceReport Failed(ServiceReport service, string part) =>
        service with { Attempted = new AttemptReport(part, 3, 3, Make.Now, Error) };
}
