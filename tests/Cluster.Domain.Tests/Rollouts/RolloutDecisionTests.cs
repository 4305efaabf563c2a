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
        Next(
            Machine(true, RolloutMachineState.Verified),
            Machine(false, RolloutMachineState.Waiting)).State.ShouldBe(RolloutState.Succeeded);
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

        RolloutDecision.Next(input).ShouldBe(new RolloutStep(RolloutState.RolledBack, "Nobody confirmed in time.", RollBack: true));
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
        var step = RolloutQueue.Next(
            [new QueuedRollout(Guid.NewGuid(), 1, state, holds, awaits), new QueuedRollout(Guid.NewGuid(), 2, RolloutState.Queued)]);

        (step.Start is null).ShouldBe(waits);
    }

    /// <summary>State, whether the confirmation is overdue, whether it was confirmed, and the next state with nothing left to do.</summary>
    [Theory]
    [InlineData(RolloutState.Queued, false, false, RolloutState.Queued)]
    [InlineData(RolloutState.Queued, true, false, RolloutState.Queued)]
    [InlineData(RolloutState.Running, false, false, RolloutState.Succeeded)]
    [InlineData(RolloutState.Running, true, false, RolloutState.RolledBack)]
    [InlineData(RolloutState.Running, true, true, RolloutState.Succeeded)]
    [InlineData(RolloutState.Paused, false, false, RolloutState.Paused)]
    [InlineData(RolloutState.Paused, true, false, RolloutState.RolledBack)]
    [InlineData(RolloutState.Paused, true, true, RolloutState.Paused)]
    [InlineData(RolloutState.Succeeded, false, false, RolloutState.Succeeded)]
    [InlineData(RolloutState.Succeeded, true, false, RolloutState.RolledBack)]
    [InlineData(RolloutState.Succeeded, true, true, RolloutState.Succeeded)]
    [InlineData(RolloutState.Failed, false, false, RolloutState.Failed)]
    [InlineData(RolloutState.Failed, true, false, RolloutState.RolledBack)]
    [InlineData(RolloutState.Failed, true, true, RolloutState.Failed)]
    [InlineData(RolloutState.Cancelled, false, false, RolloutState.Cancelled)]
    [InlineData(RolloutState.Cancelled, true, false, RolloutState.RolledBack)]
    [InlineData(RolloutState.Cancelled, true, true, RolloutState.Cancelled)]
    [InlineData(RolloutState.Superseded, false, false, RolloutState.Superseded)]
    [InlineData(RolloutState.Superseded, true, true, RolloutState.Superseded)]
    [InlineData(RolloutState.RolledBack, false, false, RolloutState.RolledBack)]
    [InlineData(RolloutState.RolledBack, true, false, RolloutState.RolledBack)]
    [InlineData(RolloutState.RolledBack, true, true, RolloutState.RolledBack)]
    public void Every_state_has_one_next_state(RolloutState state, bool overdue, bool confirmed, RolloutState next)
    {
        var step = RolloutDecision.Next(Input(Machine(true, RolloutMachineState.Verified)) with
        {
            State = state,
            ConfirmDeadline = overdue ? Make.Now : Make.Now.AddTicks(1),
            Confirmed = confirmed,
        });

        step.State.ShouldBe(next);
        step.RollBack.ShouldBe(next == RolloutState.RolledBack && state != RolloutState.RolledBack);
    }

    /// <summary>One machine, whether it is reached, whether the deadline has passed, and the next state of a running rollout.</summary>
    [Theory]
    [InlineData(RolloutMachineState.Waiting, false, false, RolloutState.Succeeded)]
    [InlineData(RolloutMachineState.Waiting, false, true, RolloutState.Succeeded)]
    [InlineData(RolloutMachineState.Waiting, true, false, RolloutState.Running)]
    [InlineData(RolloutMachineState.Pending, true, false, RolloutState.Running)]
    [InlineData(RolloutMachineState.Pending, true, true, RolloutState.Failed)]
    [InlineData(RolloutMachineState.Applying, true, false, RolloutState.Running)]
    [InlineData(RolloutMachineState.Applying, true, true, RolloutState.Failed)]
    [InlineData(RolloutMachineState.Applied, true, false, RolloutState.Running)]
    [InlineData(RolloutMachineState.Applied, true, true, RolloutState.Failed)]
    [InlineData(RolloutMachineState.Applied, false, true, RolloutState.Succeeded)]
    [InlineData(RolloutMachineState.Verified, true, false, RolloutState.Succeeded)]
    [InlineData(RolloutMachineState.Verified, true, true, RolloutState.Succeeded)]
    [InlineData(RolloutMachineState.Failed, true, false, RolloutState.Failed)]
    [InlineData(RolloutMachineState.Failed, false, false, RolloutState.Failed)]
    [InlineData(RolloutMachineState.Failed, true, true, RolloutState.Failed)]
    [InlineData(RolloutMachineState.Waiting, true, true, RolloutState.Failed)]
    [InlineData(RolloutMachineState.Pending, false, false, RolloutState.Succeeded)]
    [InlineData(RolloutMachineState.Applying, false, false, RolloutState.Succeeded)]
    [InlineData(RolloutMachineState.Applied, false, false, RolloutState.Succeeded)]
    [InlineData(RolloutMachineState.Verified, false, false, RolloutState.Succeeded)]
    public void A_running_rollout_goes_by_its_machines(RolloutMachineState machine, bool reached, bool late, RolloutState next) =>
        RolloutDecision.Next(Input(Machine(reached, machine)) with { Now = late ? Make.Now.AddMinutes(10) : Make.Now }).State
            .ShouldBe(next);

    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(1, 0, "1 machines failed, as allowed.")]
    [InlineData(0, 2, "2 machines were not reached; they get it when they connect.")]
    [InlineData(1, 2, "1 machines failed, as allowed; 2 were not reached and get it when they connect.")]
    public void A_success_says_what_is_left(int failed, int waiting, string reason)
    {
        RolloutMachineInput[] machines =
        [
            .. Enumerable.Range(0, failed).Select(_ => Machine(true, RolloutMachineState.Failed)),
            .. Enumerable.Range(0, waiting).Select(_ => Machine(false, RolloutMachineState.Waiting)),
            Machine(true, RolloutMachineState.Verified),
        ];

        RolloutDecision.Next(Input(machines) with { MaxFailures = 1 }).ShouldBe(new RolloutStep(RolloutState.Succeeded, reason));
    }

    /// <summary>Machines that failed and machines under way, how many may fail, minutes until the deadline (null = none), the next
    /// state and why.</summary>
    [Theory]
    [InlineData(0, 0, 0, null, RolloutState.Succeeded, "")]
    [InlineData(0, 1, 0, null, RolloutState.Running, "")]
    [InlineData(0, 1, 0, 1, RolloutState.Running, "")]
    [InlineData(0, 2, 0, 0, RolloutState.Failed, "The deadline passed while 2 of the reached machines were not verified.")]
    [InlineData(0, 2, 0, -1, RolloutState.Failed, "The deadline passed while 2 of the reached machines were not verified.")]
    [InlineData(1, 1, 0, null, RolloutState.Failed, "1 of 2 machines failed, 0 may.")]
    [InlineData(1, 1, 0, -1, RolloutState.Failed, "1 of 2 machines failed, 0 may.")]
    [InlineData(2, 1, 2, 1, RolloutState.Running, "")]
    [InlineData(2, 1, 2, 0, RolloutState.Failed, "The deadline passed while 1 of the reached machines were not verified.")]
    [InlineData(3, 1, 2, 1, RolloutState.Failed, "3 of 4 machines failed, 2 may.")]
    [InlineData(2, 0, 2, -1, RolloutState.Succeeded, "2 machines failed, as allowed.")]
    public void Failures_count_before_the_deadline_and_the_reason_is_given(
        int failed, int underWay, int mayFail, int? minutesLeft, RolloutState next, string reason)
    {
        RolloutMachineInput[] machines =
        [
            .. Enumerable.Range(0, failed).Select(_ => Machine(true, RolloutMachineState.Failed)),
            .. Enumerable.Range(0, underWay).Select(_ => Machine(true, RolloutMachineState.Applied)),
        ];
        var input = Input(machines) with
        {
            MaxFailures = mayFail,
            Deadline = minutesLeft is { } minutes ? Make.Now.AddMinutes(minutes) : null,
        };

        RolloutDecision.Next(input).ShouldBe(new RolloutStep(next, reason));
    }

    [Fact]
    public void Without_a_confirm_deadline_nothing_is_returned() =>
        RolloutDecision.Next(Input() with { State = RolloutState.Failed }).ShouldBe(new RolloutStep(RolloutState.Failed, ""));

    private static RolloutStep Next(params RolloutMachineInput[] machines) => RolloutDecision.Next(Input(machines));

    private static RolloutInput Input(params RolloutMachineInput[] machines) =>
        new() { State = RolloutState.Running, Now = Make.Now, Deadline = Make.Now.AddMinutes(10), Machines = machines };

    private static RolloutMachineInput Machine(bool reached, RolloutMachineState state) => new(Guid.NewGuid(), reached, state);
}
