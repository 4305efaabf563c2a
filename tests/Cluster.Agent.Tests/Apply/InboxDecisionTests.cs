using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

public sealed class InboxDecisionTests
{
    /// <summary>An offer waits, the disk refused, seconds since the last request, and what is done.</summary>
    [Theory]
    [InlineData(true, false, 0, nameof(InboxStep.Wait))]
    [InlineData(true, false, 45, nameof(InboxStep.Wait))]
    [InlineData(true, false, 46, nameof(InboxStep.AskOrFinish))]
    [InlineData(true, true, 0, nameof(InboxStep.AskOrFinish))]
    [InlineData(true, true, 46, nameof(InboxStep.AskOrFinish))]
    [InlineData(false, false, 46, nameof(InboxStep.Wait))]
    [InlineData(false, true, 45, nameof(InboxStep.Wait))]
    [InlineData(false, true, 46, nameof(InboxStep.AskForHeld))]
    public void What_the_disk_refused_and_an_offer_without_an_answer_are_gone_on_with(
        bool incoming, bool unstored, int since, string step) =>
        InboxDecision.TryAgain(new InboxSituation { Incoming = incoming, Unstored = unstored, SinceAsked = TimeSpan.FromSeconds(since) })
            .ToString()
            .ShouldBe(step);

    /// <summary>How the last attempt failed, the part that is live while "new" is held, an offer waits, and what is done.</summary>
    [Theory]
    [InlineData(ApplyFailureKind.Transient, "old", false, nameof(InboxStep.AskForHeld))]
    [InlineData(ApplyFailureKind.Transient, null, false, nameof(InboxStep.AskForHeld))]
    [InlineData(ApplyFailureKind.Transient, "new", false, nameof(InboxStep.Wait))]
    [InlineData(ApplyFailureKind.Final, "old", false, nameof(InboxStep.Wait))]
    [InlineData(null, "old", false, nameof(InboxStep.Wait))]
    [InlineData(ApplyFailureKind.Transient, "old", true, nameof(InboxStep.Wait))]
    public void A_held_part_that_failed_transiently_is_asked_for_again(
        ApplyFailureKind? failed, string? applied, bool incoming, string step)
    {
        var fine = ("other", Proven("other"));
        var record = Record(failed, applied) with { Verified = Proven(applied ?? "old").Verified };
        var situation = new InboxSituation { Incoming = incoming, Held = [fine, ("new", record)] };

        InboxDecision.TryAgain(situation).ToString().ShouldBe(step);
    }

    [Fact]
    public void A_held_part_that_is_live_and_cannot_be_proven_is_asked_for_again()
    {
        var unproven = new InboxSituation { Held = [("new", Proven("new") with { Verified = null })], SinceAsked = TimeSpan.FromSeconds(
            46) };
        InboxDecision.TryAgain(unproven).ShouldBe(InboxStep.AskForHeld);
        InboxDecision.TryAgain(unproven with { SinceAsked = TimeSpan.FromSeconds(45) }).ShouldBe(InboxStep.Wait);
        InboxDecision.TryAgain(new InboxSituation { Held = [("new", Proven("new"))] }).ShouldBe(InboxStep.Wait);
    }

    [Fact]
    public void A_service_that_was_never_tried_is_not_stuck() =>
        InboxDecision.TryAgain(new InboxSituation { Held = [("new", new ServiceRecord())] }).ShouldBe(InboxStep.Wait);

    [Theory]
    [InlineData(true, false, nameof(InboxStep.AskOrFinish))]
    [InlineData(false, false, nameof(InboxStep.Wake))]
    [InlineData(true, true, nameof(InboxStep.Wait))]
    [InlineData(false, true, nameof(InboxStep.Wait))]
    public void What_came_last_of_an_answer_goes_on(bool incoming, bool more, string step) =>
        InboxDecision.AfterContent(incoming, more).ToString().ShouldBe(step);

    /// <summary>Lacking are the parts p q and the keys k l; what was refused, what was asked for, and what is asked for now.</summary>
    [Theory]
    [InlineData("", "", "p q", "k l")]
    [InlineData("p", "", "q", "k l")]
    [InlineData("", "q", "p", "k l")]
    [InlineData("k", "l", "p q", "")]
    [InlineData("p l", "q k", "", "")]
    [InlineData("elsewhere", "elsewhere", "p q", "k l")]
    public void Nothing_is_asked_for_twice_nor_after_a_refusal(string refused, string asked, string parts, string keys)
    {
        var wanted = InboxDecision.ToAsk(new ContentList(["p", "q"], ["k", "l"]), Words(refused), Words(asked));

        wanted.Parts.ShouldBe(Words(parts));
        wanted.Keys.ShouldBe(Words(keys));
        wanted.IsEmpty.ShouldBe(parts.Length + keys.Length == 0);
    }

    [Theory]
    [InlineData("new", "new", false)]
    [InlineData("new", "old", true)]
    [InlineData("new", null, true)]
    public void A_full_disk_shows_at_the_services_that_would_change(string offered, string? applied, bool shows) =>
        InboxDecision.ShowsUnstored(offered, Record(null, applied)).ShouldBe(shows);

    private static HashSet<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static ServiceRecord Proven(string applied) => Record(null, applied) with
    {
        Verified = new VerifiedFact
        {
            Part = applied,
            Number = 1,
            Revision = 1,
            At = DateTimeOffset.UnixEpoch,
            Proof = new ServiceProof { Method = VerificationMethod.Wire },
        },
    };

    private static ServiceRecord Record(ApplyFailureKind? failed, string? applied) => new()
    {
        Applied = applied is null ? null : new AppliedFact(applied, 1, 1, DateTimeOffset.UnixEpoch),
        Attempted = new AttemptedFact
        {
            Part = "new",
            Number = 1,
            Revision = 1,
            At = DateTimeOffset.UnixEpoch,
            Error = failed is { } kind ? new FailureFact("code", kind, "check", "") : null,
        },
    };
}
