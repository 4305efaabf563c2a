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

    /// <summary>Part that is assigned, part that is live, whether it is only observed, held, asked to look, and what is needed.</summary>
    [Theory]
    [InlineData(null, null, false, false, false, nameof(ServiceNeed.None))]
    [InlineData(null, null, false, false, true, nameof(ServiceNeed.None))]
    [InlineData(null, "old", false, false, false, nameof(ServiceNeed.None))]
    [InlineData(null, "old", false, false, true, nameof(ServiceNeed.Prove))]
    [InlineData("new", "new", false, false, false, nameof(ServiceNeed.None))]
    [InlineData("new", "new", false, false, true, nameof(ServiceNeed.Prove))]
    [InlineData("new", "new", true, false, true, nameof(ServiceNeed.Prove))]
    [InlineData("new", "old", false, false, false, nameof(ServiceNeed.Apply))]
    [InlineData("new", null, false, false, false, nameof(ServiceNeed.Apply))]
    [InlineData("new", "old", false, true, false, nameof(ServiceNeed.None))]
    [InlineData("new", "old", false, true, true, nameof(ServiceNeed.Prove))]
    [InlineData("new", null, false, true, true, nameof(ServiceNeed.None))]
    [InlineData("new", "old", true, false, false, nameof(ServiceNeed.Plan))]
    [InlineData("new", null, true, true, false, nameof(ServiceNeed.Plan))]
    [InlineData("planned", "old", true, false, false, nameof(ServiceNeed.None))]
    [InlineData("planned", "old", true, false, true, nameof(ServiceNeed.Plan))]
    public void A_service_needs_one_thing(string? desired, string? applied, bool observe, bool held, bool asked, string need)
    {
        var live = Situation(applied: applied ?? "none");
        var record = live.Record with { Applied = applied is null ? null : live.Record.Applied, PlannedPart = "planned" };

        ApplyDecision.Of(live with { Desired = desired, Observe = observe, Held = held, CheckAsked = asked, Record = record })
            .ToString()
            .ShouldBe(need);
    }

    /// <summary>Seconds since the last look (null = none yet) and since the last proof (null = none), whether the proof is of the
    /// live part, and whether it is proven again.</summary>
    [Theory]
    [InlineData(null, 0, true, true)]
    [InlineData(19, null, true, false)]
    [InlineData(20, null, true, true)]
    [InlineData(-1, null, true, true)]
    [InlineData(19, 60, false, false)]
    [InlineData(20, 60, false, true)]
    [InlineData(20, 299, true, false)]
    [InlineData(20, 300, true, true)]
    [InlineData(19, 300, true, false)]
    [InlineData(20, -1, true, true)]
    public void A_proof_is_renewed_in_time_and_not_more_often_than_looked_at(int? looked, int? proven, bool ofTheLive, bool again)
    {
        var live = Situation(applied: "new");
        var proof = live.Record.Verified! with { At = Now.AddSeconds(-proven ?? 0), Part = ofTheLive ? "new" : "old" };
        var situation = live with
        {
            LookedAt = looked is { } seconds ? Now.AddSeconds(-seconds) : null,
            Record = live.Record with { Verified = proven is null ? null : proof },
        };

        ApplyDecision.Of(situation).ShouldBe(again ? ServiceNeed.Prove : ServiceNeed.None);
    }

    [Theory]
    [InlineData(19, nameof(ServiceNeed.None))]
    [InlineData(20, nameof(ServiceNeed.Prove))]
    public void What_stands_beside_files_that_somebody_changed_is_proven_soon(int looked, string need) =>
        ApplyDecision.Of(Situation(applied: "new") with { LookedAt = Now.AddSeconds(-looked), FilesChanged = true })
            .ToString()
            .ShouldBe(need);

    /// <summary>The check that failed transiently, seconds until the retry (null = none), whether the disk works, seconds since the
    /// failure, and whether it is tried.</summary>
    [Theory]
    [InlineData("lock", 1, false, 0, false)]
    [InlineData("lock", 0, false, 0, true)]
    [InlineData("lock", null, false, 0, true)]
    [InlineData("lock", 1, true, 0, false)]
    [InlineData(ApplyFailure.DiskCheck, 1, true, 0, true)]
    [InlineData(ApplyFailure.DiskCheck, 1, false, 0, false)]
    [InlineData("lock", 1, false, -1, true)]
    public void A_transient_failure_waits_for_its_retry(string check, int? retryIn, bool diskWorks, int since, bool tried)
    {
        var failed = Situation(applied: "old", error: ApplyFailure.Transient("busy", check, ""));
        var attempted = failed.Record.Attempted! with
        {
            At = Now.AddSeconds(-since),
            RetryAt = retryIn is { } seconds ? Now.AddSeconds(seconds) : null,
        };

        ApplyDecision.Of(failed with { DiskWorks = diskWorks, Record = failed.Record with { Attempted = attempted } })
            .ShouldBe(tried ? ServiceNeed.Apply : ServiceNeed.None);
    }

    [Fact]
    public void An_attempt_that_did_not_fail_holds_nothing_back()
    {
        var live = Situation(applied: "old");
        var tried = new AttemptedFact { Part = "new", Number = 2, Revision = 2, At = Now };

        ApplyDecision.Of(live with { Record = live.Record with { Attempted = tried } }).ShouldBe(ServiceNeed.Apply);
    }

    /// <summary>Attempt of the assignment, part and attempt that was tried last, whether that failed transiently and is due, and what
    /// is needed by a live part that is not shown to be live.</summary>
    [Theory]
    [InlineData(1, "new", 0, false, true, nameof(ServiceNeed.Apply))]
    [InlineData(1, "new", 1, false, true, nameof(ServiceNeed.Prove))]
    [InlineData(1, "new", 1, true, true, nameof(ServiceNeed.Apply))]
    [InlineData(1, "new", 1, true, false, nameof(ServiceNeed.Prove))]
    [InlineData(0, "new", 0, true, true, nameof(ServiceNeed.Prove))]
    [InlineData(1, "old", 1, false, true, nameof(ServiceNeed.Apply))]
    [InlineData(0, "old", 1, true, true, nameof(ServiceNeed.Prove))]
    public void A_retry_goes_on_over_transient_failures(uint attempt, string part, uint tried, bool failed, bool due, string need)
    {
        var live = Situation(applied: "new");
        var attempted = new AttemptedFact
        {
            Part = part,
            Number = 2,
            Revision = 2,
            At = Now,
            Attempt = tried,
            Error = failed ? FailureFact.Of(ApplyFailure.Transient("busy", "lock", "")) : null,
            RetryAt = due ? Now : Now.AddSeconds(1),
        };

        ApplyDecision.Of(live with { Attempt = attempt, Record = live.Record with { Verified = null, Attempted = attempted } })
            .ToString()
            .ShouldBe(need);
    }

    /// <summary>What changed since items were refused, and what the live part needs.</summary>
    [Theory]
    [InlineData("nothing", nameof(ServiceNeed.None))]
    [InlineData("own files", nameof(ServiceNeed.Apply))]
    [InlineData("agent", nameof(ServiceNeed.Apply))]
    [InlineData("attempt", nameof(ServiceNeed.Apply))]
    [InlineData("own files while held", nameof(ServiceNeed.None))]
    [InlineData("own files while observed", nameof(ServiceNeed.None))]
    [InlineData("differs", nameof(ServiceNeed.Apply))]
    [InlineData("differs and was repaired", nameof(ServiceNeed.None))]
    [InlineData("differs, was repaired and is asked for", nameof(ServiceNeed.Apply))]
    [InlineData("could not be looked at", nameof(ServiceNeed.None))]
    public void Refused_items_are_tried_again_with_what_matters_and_hold_no_repair_back(string change, string need)
    {
        var partly = Situation(applied: "new", error: ApplyFailure.Final(ApplyCodes.ItemRefused, "validation", ""));
        var refused = new RefusedItem("listeners", "in", "code", "why");
        partly = partly with { Repair = true, Record = partly.Record with { Refused = [refused] } };
        var differs = partly with { Record = partly.Record with { Drift = [new DriftFact("main.cf", "differs", Now)] } };
        var unseen = partly with { Record = partly.Record with { Drift = [new DriftFact(DriftFact.Observation, "no access", Now)] } };
        var situation = change switch
        {
            "nothing" => partly,
            "own files" => partly with { LocalFingerprint = "edited" },
            "agent" => partly with { AgentVersion = "next" },
            "attempt" => partly with { Attempt = 1 },
            "own files while held" => partly with { LocalFingerprint = "edited", Held = true },
            "own files while observed" => partly with { LocalFingerprint = "edited", Observe = true },
            "differs" => differs,
            "differs and was repaired" => differs with { RepairedAt = Now },
            "differs, was repaired and is asked for" => differs with { RepairedAt = Now, CheckAsked = true },
            "could not be looked at" => unseen,
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "The table names something that is not made here."),
        };

        ApplyDecision.Of(situation).ToString().ShouldBe(need);
    }

    /// <summary>What was found out beside the host since the part was applied.</summary>
    [Theory]
    [InlineData("other", "", nameof(ServiceNeed.Apply))]
    [InlineData("same", "", nameof(ServiceNeed.None))]
    [InlineData("other", "just tried", nameof(ServiceNeed.None))]
    [InlineData("other", "just refused", nameof(ServiceNeed.None))]
    [InlineData("other", "tried later", nameof(ServiceNeed.Apply))]
    [InlineData("other", "held", nameof(ServiceNeed.None))]
    [InlineData("other", "observed", nameof(ServiceNeed.None))]
    [InlineData("other", ApplyCodes.ItemRefused, nameof(ServiceNeed.Apply))]
    [InlineData("same", ApplyCodes.ItemRefused, nameof(ServiceNeed.None))]
    [InlineData("other", ApplyCodes.PreflightFailed, nameof(ServiceNeed.None))]
    public void What_was_found_out_since_is_applied_once_more(string found, string stands, string need)
    {
        var live = Situation(applied: "new");
        var code = stands is "just refused" ? ApplyCodes.ItemRefused : stands;
        var tried = code is ApplyCodes.ItemRefused or ApplyCodes.PreflightFailed
            ? Situation(applied: "new", error: ApplyFailure.Final(code, "validation", "")).Record.Attempted!
            : new AttemptedFact { Part = "new", Number = 2, Revision = 2, At = Now };
        var seconds = stands switch { "just tried" or "just refused" => 299, "tried later" => -1, _ => 300 };
        var situation = live with
        {
            Held = stands == "held",
            Observe = stands == "observed",
            Findings = found == "other" ? "later" : "then",
            Record = live.Record with
            {
                Applied = live.Record.Applied! with { Findings = "then" }, Attempted = tried with { At = Now.AddSeconds(-seconds) },
            },
        };

        ApplyDecision.Of(situation).ToString().ShouldBe(need);
    }

    /// <summary>What the live part was applied by or to, what stands besides, and what it needs.</summary>
    [Theory]
    [InlineData("agent", "", nameof(ServiceNeed.Apply))]
    [InlineData("unknown agent", "", nameof(ServiceNeed.Apply))]
    [InlineData("agent", "stopped", nameof(ServiceNeed.Apply))]
    [InlineData("agent", "held", nameof(ServiceNeed.None))]
    [InlineData("agent", "observed", nameof(ServiceNeed.None))]
    [InlineData("agent", "not assigned", nameof(ServiceNeed.None))]
    [InlineData("agent", "files changed", nameof(ServiceNeed.Prove))]
    [InlineData("agent", "differs", nameof(ServiceNeed.None))]
    [InlineData("agent", "differs and is repaired", nameof(ServiceNeed.Apply))]
    [InlineData("agent", "could not be looked at", nameof(ServiceNeed.Apply))]
    [InlineData("agent", "failed", nameof(ServiceNeed.None))]
    [InlineData("agent", "failed, retry is due", nameof(ServiceNeed.Apply))]
    [InlineData("stopped software", "", nameof(ServiceNeed.Apply))]
    [InlineData("stopped software", "stopped", nameof(ServiceNeed.None))]
    [InlineData("stopped software", "held", nameof(ServiceNeed.None))]
    [InlineData("stopped software", "differs", nameof(ServiceNeed.None))]
    public void What_another_agent_or_stopped_software_decided_is_applied_once_more(string by, string stands, string need)
    {
        var live = Situation(applied: "new");
        var failed = Situation(applied: "new", error: ApplyFailure.Transient("busy", "lock", "")).Record.Attempted;
        var applied = by switch
        {
            "agent" => live.Record.Applied! with { AgentVersion = "before" },
            "unknown agent" => live.Record.Applied! with { AgentVersion = "" },
            _ => live.Record.Applied! with { WhileStopped = true },
        };
        DriftFact[] drift = stands switch
        {
            "differs" or "differs and is repaired" => [new DriftFact("main.cf", "differs", Now)],
            "could not be looked at" => [new DriftFact(DriftFact.Observation, "no access", Now)],
            _ => [],
        };

        var situation = live with
        {
            Desired = stands == "not assigned" ? null : live.Desired,
            Held = stands == "held",
            Observe = stands == "observed",
            FilesChanged = stands == "files changed",
            Repair = stands == "differs and is repaired",
            RepairedAt = Now,
            Running = stands != "stopped",
            Now = stands == "failed, retry is due" ? Now.AddSeconds(6) : Now,
            Record = live.Record with
            {
                Applied = applied,
                Drift = drift,
                Attempted = stands.StartsWith("failed", StringComparison.Ordinal) ? failed : null,
            },
        };

        ApplyDecision.Of(situation).ToString().ShouldBe(need);
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
                Applied = new AppliedFact(applied, 1, 1, Now) { AgentVersion = "this" },
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
