using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Rollouts;

public sealed class RolloutDecisionTests
{
    [Fact]
    public void It_succeeds_at_once_when_no_machine_is_reached() =>
        Next(Machine(false, RolloutMachineState.Waiting)).State.ShouldBe(RolloutState.Succeeded);

    [Fact]
    public void It_runs_until_every_reached_machine_is_verified()
    {
        Next(Machine(true, RolloutMachineState.Verified), Machine(true, RolloutMachineState.Applied)).State.ShouldBe(RolloutState.Running);
        Next(Machine(true, RolloutMachineState.Verified), Machine(false, RolloutMachineState.Waiting)).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public void It_fails_when_more_machines_failed_than_may()
    {
        RolloutMachineInput[] machines = [Machine(true, RolloutMachineState.Failed), Machine(true, RolloutMachineState.Verified)];

        Next(machines).State.ShouldBe(RolloutState.Failed);
        RolloutDecision.Next(Input(machines) with { MaxFailures = 1 }).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public void It_fails_at_the_deadline()
    {
        var input = Input(Machine(true, RolloutMachineState.Applying));

        RolloutDecision.Next(input with { Now = Make.Now.AddMinutes(10) }).State.ShouldBe(RolloutState.Failed);
        RolloutDecision.Next(input with { Now = Make.Now.AddMinutes(9) }).State.ShouldBe(RolloutState.Running);
    }

    [Fact]
    public void It_returns_when_nobody_confirms_also_after_it_succeeded()
    {
        var input = Input() with { State = RolloutState.Succeeded, ConfirmDeadline = Make.Now };

        RolloutDecision.Next(input).ShouldBe(new RolloutStep(RolloutState.RolledBack, "Nobody confirmed in time.", Return: true));
        RolloutDecision.Next(input with { Confirmed = true }).State.ShouldBe(RolloutState.Succeeded);
    }

    [Fact]
    public void The_newest_queued_rollout_starts_and_older_ones_are_superseded()
    {
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        var step = RolloutQueue.Next([new QueuedRollout(one, 4, RolloutState.Queued), new QueuedRollout(two, 5, RolloutState.Queued)]);

        step.Start.ShouldBe(two);
        step.Superseded.ShouldBe([one]);
    }

    [Theory]
    [InlineData(RolloutState.Running, false, false, true)]
    [InlineData(RolloutState.Paused, false, false, true)]
    [InlineData(RolloutState.Failed, false, false, false)]
    [InlineData(RolloutState.Failed, true, false, true)]
    [InlineData(RolloutState.Cancelled, true, false, true)]
    [InlineData(RolloutState.Succeeded, false, true, true)]
    [InlineData(RolloutState.Succeeded, true, false, false)]
    public void One_runs_at_a_time_and_only_waves_hold_the_queue(RolloutState state, bool holds, bool awaits, bool waits)
    {
        var step = RolloutQueue.Next([new QueuedRollout(Guid.NewGuid(), 1, state, holds, awaits), new QueuedRollout(Guid.NewGuid(), 2, RolloutState.Queued)]);

        (step.Start is null).ShouldBe(waits);
    }

    [Fact]
    public void A_machine_is_verified_when_every_part_is_proven_and_failed_when_one_could_not_be_applied()
    {
        var input = new MachineProgressInput
        {
            Reached = true,
            Number = 3,
            Newest = 3,
            Wanted = [new WantedPart("a", "p1"), new WantedPart("b", "p2")],
            Services = [new ServiceProgress { Service = "a", AppliedPart = "p1", AppliedNumber = 3, VerifiedPart = "p1" }, new ServiceProgress { Service = "b", AppliedPart = "p2", AppliedNumber = 3 }],
        };

        MachineProgress.Of(input).ShouldBe(RolloutMachineState.Applied);
        MachineProgress.Of(input with { Services = [input.Services[0], input.Services[1] with { VerifiedPart = "p2" }] }).ShouldBe(RolloutMachineState.Verified);
        MachineProgress.Of(input with { Services = [input.Services[0], new ServiceProgress { Service = "b", AppliedPart = "old", VerifiedPart = "old", AttemptedPart = "p2", AttemptedError = "probe-failed" }] })
            .ShouldBe(RolloutMachineState.Failed);
        MachineProgress.Of(input with { Number = 0, Reached = false }).ShouldBe(RolloutMachineState.Waiting);
    }

    [Fact]
    public void A_part_that_was_proven_before_is_not_verified_while_the_service_is_being_changed_to_another()
    {
        var input = new MachineProgressInput
        {
            Reached = true,
            Number = 5,
            Newest = 5,
            Wanted = [new WantedPart("a", "p1")],
            Services = [new ServiceProgress { Service = "a", AppliedPart = "p1", AppliedNumber = 5, VerifiedPart = "p1", Applying = true }],
        };

        MachineProgress.Of(input).ShouldBe(RolloutMachineState.Applying);
        MachineProgress.Of(input with { Services = [input.Services[0] with { Applying = false }] }).ShouldBe(RolloutMachineState.Verified);
        MachineProgress.Of(input with { Reached = false }).ShouldBe(RolloutMachineState.Waiting);
    }

    [Fact]
    public void A_part_that_was_proven_for_an_older_assignment_is_verified_when_a_reached_agent_has_looked_at_the_newest()
    {
        var input = new MachineProgressInput
        {
            Reached = true,
            Number = 6,
            Newest = 7,
            Wanted = [new WantedPart("a", "p1")],
            Services = [new ServiceProgress { Service = "a", AppliedPart = "p1", AppliedNumber = 5, VerifiedPart = "p1" }],
        };

        MachineProgress.Of(input).ShouldBe(RolloutMachineState.Pending, "it may be on its way to the part of assignment 6");
        MachineProgress.Of(input with { Services = [input.Services[0] with { AppliedNumber = 7 }] }).ShouldBe(RolloutMachineState.Verified);
        MachineProgress.Of(input with { Reached = false }).ShouldBe(RolloutMachineState.Verified, "nobody tells it of another");
    }

    private static RolloutStep Next(params RolloutMachineInput[] machines) => RolloutDecision.Next(Input(machines));

    private static RolloutInput Input(params RolloutMachineInput[] machines) =>
        new() { State = RolloutState.Running, Now = Make.Now, Deadline = Make.Now.AddMinutes(10), Machines = machines };

    private static RolloutMachineInput Machine(bool reached, RolloutMachineState state) => new(Guid.NewGuid(), reached, state);
}
