using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

public sealed class ApplyDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_part_is_applied() => ApplyDecision.Of(Situation(applied: "old")).ShouldBe(ServiceNeed.Apply);

    [Fact]
    public void A_live_part_is_left_alone() => ApplyDecision.Of(Situation(applied: "new")).ShouldBe(ServiceNeed.None);

    [Fact]
    public void A_proof_that_is_old_is_renewed() =>
        ApplyDecision.Of(Situation(applied: "new", proofAge: ApplyDecision.ProofInterval)).ShouldBe(ServiceNeed.Prove);

    [Fact]
    public void A_pending_proof_waits_for_the_service_to_start()
    {
        var pending = Situation(applied: "new", method: VerificationMethod.Pending);
        ApplyDecision.Of(pending with { Running = false }).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(pending with { Running = true }).ShouldBe(ServiceNeed.Prove);
    }

    [Fact]
    public void A_restore_that_fails_waits_longer_each_time_and_not_for_a_clock_that_went_back()
    {
        ApplyDecision.RestoreIsDue(new FailedRestore(Now, 1), Now.AddSeconds(1)).ShouldBeFalse();
        ApplyDecision.RestoreIsDue(new FailedRestore(Now, 1), Now.AddSeconds(2)).ShouldBeTrue();
        ApplyDecision.RestoreIsDue(new FailedRestore(Now, 6), Now.AddSeconds(30)).ShouldBeFalse();
        ApplyDecision.RestoreIsDue(new FailedRestore(Now, 50), Now + ApplyDecision.LongestRetry).ShouldBeTrue();
        ApplyDecision.RestoreIsDue(new FailedRestore(Now, 50), Now.AddHours(-1)).ShouldBeTrue();
    }

    [Fact]
    public void A_held_host_is_proven_but_not_changed() =>
        ApplyDecision.Of(Situation(applied: "old") with { Held = true }).ShouldBe(ServiceNeed.None);

    [Fact]
    public void Observe_plans_once_a_part() =>
        ApplyDecision.Of(Situation(applied: "old") with { Observe = true }).ShouldBe(ServiceNeed.Plan);

    [Fact]
    public void A_transient_failure_is_tried_again_when_it_is_due_or_the_disk_works()
    {
        var failed = Situation(applied: "old", error: ApplyFailure.Transient("full", "disk", ""));
        ApplyDecision.Of(failed).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(failed with { Now = Now.AddSeconds(10) }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(failed with { DiskWorks = true }).ShouldBe(ServiceNeed.Apply);
    }

    [Fact]
    public void A_final_failure_is_held_back_until_something_that_matters_changes()
    {
        var failed = Situation(applied: "old", error: ApplyFailure.Final("bad", "preflight", ""));
        ApplyDecision.Of(failed with { Now = Now.AddDays(1), LookedAt = Now.AddDays(1) }).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(failed with { Attempt = 1 }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(failed with { AgentVersion = "next" }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(failed with { LocalFingerprint = "edited" }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(failed with { Desired = "newer" }).ShouldBe(ServiceNeed.Apply);
    }

    [Fact]
    public void A_retry_brings_back_what_is_applied_and_not_shown_to_be_live()
    {
        var live = Situation(applied: "new");
        var lost = live with { Attempt = 1, Record = live.Record with { Verified = null } };
        ApplyDecision.Of(live with { Attempt = 1 }).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(lost).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(lost with { Attempt = 0 }).ShouldBe(ServiceNeed.Prove);
        ApplyDecision.Of(lost with { Held = true }).ShouldBe(ServiceNeed.Prove);
        ApplyDecision.Of(lost with { Observe = true }).ShouldBe(ServiceNeed.Prove);
        var tried = new AttemptedFact { Part = "new", Number = 2, Revision = 2, At = Now, Attempt = 1 };
        ApplyDecision.Of(lost with { Record = lost.Record with { Attempted = tried } }).ShouldBe(ServiceNeed.Prove);
        var failed = tried with { Error = FailureFact.Of(ApplyFailure.Transient("full", "disk", "")), RetryAt = Now.AddSeconds(5) };
        ApplyDecision.Of(lost with { Now = Now.AddSeconds(6), Record = lost.Record with { Attempted = failed } })
            .ShouldBe(ServiceNeed.Apply);
    }

    [Fact]
    public void Differences_are_put_right_where_the_policy_says_so_and_not_over_and_over()
    {
        var live = Situation(applied: "new");
        var differs =
            live with { Repair = true, Record = live.Record with { Drift = [new DriftFact("main.cf#cluster_gen", "is not set", Now)] } };
        ApplyDecision.Of(differs).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(differs with { Repair = false }).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(differs with { Held = true }).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(differs with { Observe = true }).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(differs with { Record = live.Record with { Drift = [new DriftFact(DriftFact.Probe, "silent", Now)] } })
            .ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(differs with { RepairedAt = Now.AddMinutes(-1) }).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(differs with { RepairedAt = Now - ApplyDecision.ProofInterval }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(differs with { RepairedAt = Now.AddMinutes(1) }).ShouldBe(ServiceNeed.Apply);
        var failed = Situation(applied: "new", error: ApplyFailure.Final("bad", "preflight", ""));
        ApplyDecision.Of(failed with { Repair = true, Record = failed.Record with { Drift = differs.Record.Drift } })
            .ShouldBe(ServiceNeed.None);
    }

    [Fact]
    public void Retries_grow_to_a_quarter_of_an_hour()
    {
        ApplyDecision.RetryAfter(1).ShouldBe(TimeSpan.FromSeconds(2));
        ApplyDecision.RetryAfter(3).ShouldBe(TimeSpan.FromSeconds(8));
        ApplyDecision.RetryAfter(50).ShouldBe(TimeSpan.FromMinutes(15));
    }

    private static ServiceSituation Situation(
        string applied, TimeSpan proofAge = default, VerificationMethod method = VerificationMethod.Wire, ApplyFailure? error = null) =>
        new()
        {
            Desired = "new",
            AgentVersion = "this",
            LocalFingerprint = "files",
            Now = Now,
            Running = true,
            LookedAt = Now.AddMinutes(-1),
            Record = new ServiceRecord
            {
                Applied = new AppliedFact(applied, 1, 1, Now),
                Verified = new VerifiedFact
                {
                    Part = applied,
                    Number = 1,
                    Revision = 1,
                    At = Now - proofAge,
                    Proof = new ServiceProof { Method = method }
                },
                Attempted = error is null ? null : new AttemptedFact
                {
                    Part = "new",
                    Number = 2,
                    Revision = 2,
                    At = Now,
                    Error = FailureFact.Of(error),
                    AgentVersion = "this",
                    LocalFingerprint = "files",
                    Failures = 1,
                    RetryAt = error.Kind == ApplyFailureKind.Transient ? Now.AddSeconds(5) : null,
                },
            },
        };
}
