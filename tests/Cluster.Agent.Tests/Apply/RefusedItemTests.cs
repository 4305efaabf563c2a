using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

public sealed class RefusedItemTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SwitchOrder Order = new("mail", "new", 2, 7, 0);
    private static readonly ServiceProof Proof = new() { Method = VerificationMethod.Wire };
    private static readonly RefusedItem Sni = new(
        "listeners", "submission", "unsupported", "Certificates by server name cannot be applied.");

    [Fact]
    public void The_rest_of_the_part_is_live_and_the_attempt_failed_for_good()
    {
        var record = ServiceFacts.Succeeded(new ServiceRecord(), Order, new ApplyResult(Proof, [], [Sni], "files"), Now);

        record.Applied!.Part.ShouldBe("new");
        record.Verified!.Part.ShouldBe("new");
        record.Refused.ShouldHaveSingleItem().ShouldBe(Sni);
        record.Attempted!.Error.ShouldBe(new FailureFact(
            "item-refused", ApplyFailureKind.Final, "validation", "listeners/submission is refused: Certificates by server name cannot "
                + "be applied."));
    }

    [Fact]
    public void A_part_that_is_taken_whole_clears_them()
    {
        var record = ServiceFacts.Succeeded(new ServiceRecord { Refused = [Sni] }, Order, new ApplyResult(Proof, [], [], ""), Now);

        record.Refused.ShouldBeEmpty();
        record.Attempted!.Error.ShouldBeNull();
    }

    [Fact]
    public void They_are_tried_again_when_something_that_matters_changes_and_not_before()
    {
        var live = Situation();

        ApplyDecision.Of(live).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(live with { Attempt = 1 }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(live with { AgentVersion = "next" }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(live with { LocalFingerprint = "edited" }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(live with { LocalFingerprint = "edited", Held = true }).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(live with { LocalFingerprint = "edited", Observe = true }).ShouldBe(ServiceNeed.None);
    }

    [Fact]
    public void What_is_live_is_kept_right_all_the_same()
    {
        var live = Situation();
        var differs = live with { Repair = true, Record = live.Record with { Drift = [new DriftFact("main.cf", "differs", Now)] } };

        ApplyDecision.Of(differs).ShouldBe(ServiceNeed.Apply);
    }

    [Fact]
    public void What_had_no_answer_is_tried_again_later_and_later_or_when_something_changes()
    {
        var silent = Sni with { Code = ApplyCodes.LookupFailed };
        var live = Situation(silent);
        var retry = live.Record.Attempted!.RetryAt.ShouldNotBeNull();
        retry.ShouldBeInRange(Now.AddSeconds(1), Now.AddSeconds(3));

        ApplyDecision.Of(live).ShouldBe(ServiceNeed.None);
        ApplyDecision.Of(live with { LocalFingerprint = "edited" }).ShouldBe(ServiceNeed.Apply);
        ApplyDecision.Of(live with { Now = retry }).ShouldBe(ServiceNeed.Apply);
        ServiceFacts.Succeeded(live.Record, Order, new ApplyResult(Proof, [], [silent], "files"), Now)
            .Attempted!.RetryAt.ShouldNotBeNull().ShouldBeGreaterThan(retry);
        RefusalText.Failure([silent]).Kind.ShouldBe(ApplyFailureKind.Transient);
    }

    private static ServiceSituation Situation(RefusedItem? refused = null)
    {
        var record = ServiceFacts.Succeeded(
            new ServiceRecord(), Order, new ApplyResult(Proof, [], [refused ?? Sni], "files"), Now);
        return new ServiceSituation
        {
            Desired = "new",
            AgentVersion = record.Attempted!.AgentVersion,
            LocalFingerprint = "files",
            Now = Now,
            Running = true,
            LookedAt = Now.AddMinutes(-1),
            Record = record,
        };
    }
}
