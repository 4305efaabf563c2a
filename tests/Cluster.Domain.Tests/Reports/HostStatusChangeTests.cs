using Cluster.Contracts.Machines;
using Cluster.Domain.Reports;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Reports;

public sealed class HostStatusChangeTests
{
    private static readonly ErrorReport Error = new("preflight-failed", ApplyFailureKind.Final, "preflight", "bad");
    private static readonly RefusedReport Sni = new("listeners", "submission", "unsupported", "no");
    private static readonly RefusedReport Alternate = new("listeners", "mx", "unsupported", "no");
    private static readonly DriftReport Drift = new("main.cf", "differs", Make.Now);
    private static readonly PartReport Live = new("p1", 1, 1, Make.Now);
    private static readonly ProofReport Proof = new("p1", 1, 1, Make.Now, VerificationMethod.Wire);

    /// <summary>Before, after, what happened, and whether it decides how far a rollout is.</summary>
    public static TheoryData<string, ServiceReport, ServiceReport, StatusTransitionKind[], bool> OfServices()
    {
        var service = new ServiceReport { Name = "mail" };
        var live = service with { Applied = Live, Attempted = Attempt("p1", 1), Verified = Proof };
        return new TheoryData<string, ServiceReport, ServiceReport, StatusTransitionKind[], bool>
        {
            { "nothing", live, live with { }, [], false },
            { "only the age of the proof", live, live with { Verified = Proof with { At = Make.Now.AddMinutes(5) } }, [], false },
            { "only texts", live, live with { Plan = "diff", Warnings = ["orphaned"] }, [], false },
            { "started", live, live with { Running = true }, [StatusTransitionKind.Started], false },
            { "stopped", live with { Running = true }, live, [StatusTransitionKind.Stopped], false },
            { "a change begins", live, live with { Applying = true }, [StatusTransitionKind.ApplyBegan], true },
            { "a change ends", live with { Applying = true }, live, [StatusTransitionKind.ApplyEnded], true },
            { "another part is live", live, live with { Applied = Live with { Part = "p2" } }, [StatusTransitionKind.Applied], true },

            {
                "the same part for a newer assignment",
                live,
                live with { Applied = Live with { Number = 2 } },
                [StatusTransitionKind.Applied],
                true
            },
            { "the last part is gone", live, live with { Applied = null }, [StatusTransitionKind.Applied], true },

            {
                "another attempt ends well",
                live,
                live with { Attempted = Attempt("p2", 2) },
                [StatusTransitionKind.AttemptSucceeded],
                true
            },
            { "an attempt fails", live, live with { Attempted = Attempt("p2", 2, Error) }, [StatusTransitionKind.AttemptFailed], true },
            {
                "it fails for another reason",
                live with { Attempted = Attempt("p2", 2, Error) },
                live with { Attempted = Attempt("p2", 2, Error with { Code = "probe-failed" }) },
                [StatusTransitionKind.AttemptFailed],
                true
            },

            {
                "it fails again alike",
                live with { Attempted = Attempt("p2", 2, Error) },
                live with { Attempted = Attempt("p2", 2, Error) },
                [],
                false
            },
            { "another part is proven", live, live with { Verified = Proof with { Part = "p2" } }, [StatusTransitionKind.Verified], true },
            { "the proof is lost", live, live with { Verified = null }, [StatusTransitionKind.ProofLost], true },
            { "an item is refused", live, live with { Refused = [Sni] }, [StatusTransitionKind.ItemsRefused], true },

            {
                "another item is refused",
                live with { Refused = [Sni] },
                live with { Refused = [Alternate] },
                [StatusTransitionKind.ItemsRefused],
                true
            },
            { "the same items are refused", live with { Refused = [Sni, Alternate] }, live with { Refused = [Alternate, Sni] }, [], false },
            { "all items are taken", live with { Refused = [Sni] }, live, [StatusTransitionKind.ItemsTaken], true },
            { "the host differs", live, live with { Drift = [Drift] }, [StatusTransitionKind.DriftFound], false },
            { "the host differs no more", live with { Drift = [Drift] }, live, [StatusTransitionKind.DriftEnded], false },
            {
                "a first part",
                service,
                live,
                [StatusTransitionKind.Applied, StatusTransitionKind.AttemptSucceeded, StatusTransitionKind.Verified],
                true
            },
        };
    }

    [Theory]
    [MemberData(nameof(OfServices))]
    public void What_happened_to_a_service_is_told_once(
        string happened, ServiceReport before, ServiceReport after, StatusTransitionKind[] transitions, bool isProgress)
    {
        var change = HostStatusChange.Between(new HostStatus { Services = [before] }, new HostStatus { Services = [after] });

        change.Transitions.ShouldBe(transitions.Select(t => new StatusTransition("mail", t)), happened);
        change.IsProgress.ShouldBe(isProgress, happened);
    }

    [Fact]
    public void A_hold_and_a_problem_are_of_the_whole_host_and_decide_how_far_a_rollout_is()
    {
        var held = new HostStatus { Hold = new HoldReport(Make.Now, null) };
        var broken = new HostStatus { LocalProblem = "The disk is full." };

        Of(HostStatus.Nothing, held).ShouldBe([new StatusTransition(null, StatusTransitionKind.Held)]);
        Of(held, HostStatus.Nothing).ShouldBe([new StatusTransition(null, StatusTransitionKind.Released)]);
        Of(held, held with { Hold = new HoldReport(Make.Now, Make.Now.AddHours(1)) }).ShouldBeEmpty();
        Of(HostStatus.Nothing, broken).ShouldBe([new StatusTransition(null, StatusTransitionKind.ProblemFound)]);
        Of(broken, HostStatus.Nothing).ShouldBe([new StatusTransition(null, StatusTransitionKind.ProblemEnded)]);
        HostStatusChange.Between(HostStatus.Nothing, held).IsProgress.ShouldBeTrue();
    }

    [Fact]
    public void A_service_that_comes_is_compared_with_nothing_and_one_that_goes_is_gone()
    {
        var first = new HostStatus { Services = [new ServiceReport { Name = "a", Running = true }] };
        var second = new HostStatus { Services = [new ServiceReport { Name = "b", Running = true }] };

        Of(first, second).ShouldBe(
            [new StatusTransition("a", StatusTransitionKind.Gone), new StatusTransition("b", StatusTransitionKind.Started)]);
    }

    private static IReadOnlyList<StatusTransition> Of(HostStatus before, HostStatus after) =>
        HostStatusChange.Between(before, after).Transitions;

    [Fact]
    public void A_service_that_the_host_lists_no_more_is_gone_and_has_lost_no_proof()
    {
        var proven = new ServiceReport { Name = "mail", Applied = Live, Verified = Proof, Drift = [Drift] };
        var change = HostStatusChange.Between(new HostStatus { Services = [proven] }, HostStatus.Nothing);
        change.Transitions.ShouldBe([new StatusTransition("mail", StatusTransitionKind.Gone)]);
        change.IsProgress.ShouldBeTrue();
    }

    private static AttemptReport Attempt(string part, long number, ErrorReport? error = null) => new(part, number, number, Make.Now, error);
}
