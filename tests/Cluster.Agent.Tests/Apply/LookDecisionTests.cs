using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

public sealed class LookDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether the newest waits for confirmation and since when, in milliseconds, its deadline has passed; whether there is
    /// one before; and which number counts.</summary>
    [Theory]
    [InlineData(false, 0, true, 2)]
    [InlineData(true, -1, true, 2)]
    [InlineData(true, 0, true, 1)]
    [InlineData(true, 1, true, 1)]
    [InlineData(true, 1, false, 2)]
    public void An_assignment_that_was_not_confirmed_in_time_gives_way_to_the_one_before(bool waits, int passed, bool before, int number)
    {
        var newest = Offers.Held(a =>
        {
            a.Number = 2;
            a.ConfirmDeadline = waits ? Now.AddMilliseconds(-passed).ToUnixTimeMilliseconds() : 0;
        });

        LookDecision.InForce(newest, before ? Offers.Held() : null, Now)!.Assignment.Number.ShouldBe((ulong)number);
    }

    [Fact]
    public void Without_an_assignment_none_counts() => LookDecision.InForce(null, Offers.Held(), Now).ShouldBeNull();

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, false)]
    [InlineData(true, 1, false)]
    [InlineData(true, 0, true)]
    [InlineData(true, -1, true)]
    public void A_hold_ends_at_its_time(bool held, int? endsIn, bool ends)
    {
        var hold = held ? new HoldRecord(Now.AddHours(-1), endsIn is { } seconds ? Now.AddSeconds(seconds) : null) : null;

        LookDecision.HoldEnds(hold, Now).ShouldBe(ends);
    }

    /// <summary>Whether something is in force and only observed, the part that it names, whether that can be read, the part that is
    /// live, and whether what is no longer defined may be restored.</summary>
    [Theory]
    [InlineData(true, false, "new", true, "new", true)]
    [InlineData(true, false, "new", false, "new", false)]
    [InlineData(true, false, "new", true, "old", false)]
    [InlineData(true, false, "new", true, null, false)]
    [InlineData(true, false, null, false, "old", true)]
    [InlineData(true, false, null, false, null, true)]
    [InlineData(true, true, "new", true, "new", false)]
    [InlineData(true, true, null, false, "old", false)]
    [InlineData(false, false, null, false, "old", false)]
    public void What_is_no_longer_defined_is_put_back_only_where_it_can_be_told(
        bool inForce, bool observe, string? desired, bool readable, string? applied, bool may) =>
        LookDecision.MayUnmanage(new UnmanageSituation
        {
            InForce = inForce ? Offers.Held(a => a.Observe = observe) : null,
            Desired = desired,
            Readable = readable,
            Applied = applied,
        }).ShouldBe(may);

    [Theory]
    [InlineData(true, "new", true)]
    [InlineData(true, "old", false)]
    [InlineData(true, null, false)]
    [InlineData(false, "new", false)]
    public void Applying_the_live_part_over_differences_is_a_repair(bool differs, string? applied, bool repairs) =>
        LookDecision.IsRepair(Record(applied) with { Drift = differs ? [new DriftFact("main.cf", "differs", Now)] : [] }, "new")
            .ShouldBe(repairs);

    /// <summary>Whether that is wanted, the services that are due, those that have the part already, and who goes together.</summary>
    [Theory]
    [InlineData(true, "mail web", "", "mail web")]
    [InlineData(true, "mail web ldap", "ldap", "mail web")]
    [InlineData(true, "mail web", "web", "")]
    [InlineData(true, "mail web", "mail web", "")]
    [InlineData(true, "mail", "", "")]
    [InlineData(true, "", "", "")]
    [InlineData(false, "mail web", "", "")]
    public void All_or_none_is_for_more_than_one_service_that_gets_another_part(
        bool wanted, string orders, string have, string together)
    {
        SwitchOrder[] due = [.. Words(orders).Select(s => new SwitchOrder(s, "new", 1, 1, 0))];

        var found = LookDecision.AllOrNone(
            Offers.Held(a => a.AtomicHost = wanted), due, s => Words(have).Contains(s) ? "new" : "old");

        string.Join(' ', found.Select(o => o.Service)).ShouldBe(together);

        static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [Theory]
    [InlineData(ApplyFailureKind.Final, "new", true)]
    [InlineData(ApplyFailureKind.Final, "newer", false)]
    [InlineData(ApplyFailureKind.Final, null, false)]
    [InlineData(ApplyFailureKind.Transient, "new", false)]
    [InlineData(null, "new", false)]
    public void The_own_files_are_read_where_a_final_failure_may_end(ApplyFailureKind? failed, string? desired, bool reads)
    {
        LookDecision.NeedsFingerprint(Failed(failed, "preflight"), desired).ShouldBe(reads);
        LookDecision.NeedsFingerprint(new ServiceRecord(), desired).ShouldBeFalse();
    }

    /// <summary>One refused item may wait for an answer of the network, another for a change of a file.</summary>
    [Theory]
    [InlineData(ApplyFailureKind.Final)]
    [InlineData(ApplyFailureKind.Transient)]
    public void The_own_files_are_read_where_items_were_refused(ApplyFailureKind kind)
    {
        var record = Failed(kind, "validation");
        var attempted = record.Attempted!;
        record = record with { Attempted = attempted with { Error = attempted.Error! with { Code = ApplyCodes.ItemRefused } } };

        LookDecision.NeedsFingerprint(record, "new").ShouldBeTrue();
    }

    [Theory]
    [InlineData(ApplyFailureKind.Transient, ApplyFailure.DiskCheck, true)]
    [InlineData(ApplyFailureKind.Transient, "content", false)]
    [InlineData(null, ApplyFailure.DiskCheck, false)]
    public void The_disk_is_tried_where_it_explains_a_failure(ApplyFailureKind? failed, string check, bool tries)
    {
        LookDecision.NeedsDiskTrial(Failed(failed, check)).ShouldBe(tries);
        LookDecision.NeedsDiskTrial(new ServiceRecord()).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true, "new", "new", 2)]
    [InlineData(true, "newer", "new", 1)]
    [InlineData(true, null, "new", 1)]
    [InlineData(false, "new", "new", 1)]
    [InlineData(true, "new", null, 0)]
    [InlineData(true, null, null, 0)]
    public void The_live_part_moves_on_with_the_assignment_that_names_it(bool inForce, string? desired, string? applied, int number)
    {
        var record = Record(applied);
        var moved = LookDecision.MovedOn(record, desired, inForce ? Offers.Held(a => (a.Number, a.Revision) = (2, 102)) : null);

        (moved.Applied?.Number ?? 0).ShouldBe((ulong)number);
        (moved == record).ShouldBe(number != 2);
    }

    [Fact]
    public void Content_of_what_counts_or_is_live_stays()
    {
        var newest = Offers.Held(null, ("mail", "newest"), ("elsewhere", "not here"));
        var previous = Offers.Held(null, ("mail", "previous"));
        var applied = new Dictionary<string, string?> { ["mail"] = "live", ["web"] = null };

        LookDecision.NeededParts([previous, newest, previous], applied).ShouldBe(["previous", "newest", "live"], ignoreOrder: true);
        LookDecision.NeededParts([newest, newest, null], applied).ShouldBe(["newest", "live"], ignoreOrder: true);
    }

    private static ServiceRecord Record(string? applied) =>
        new() { Applied = applied is null ? null : new AppliedFact(applied, 1, 1, Now) };

    private static ServiceRecord Failed(ApplyFailureKind? kind, string check) => new()
    {
        Attempted = new AttemptedFact
        {
            Part = "new",
            Number = 1,
            Revision = 1,
            At = Now,
            Error = kind is { } failed ? new FailureFact("code", failed, check, "") : null,
        },
    };
}
