using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Agent.Link;
using Cluster.Agent.Programs;
using Cluster.Agent.State;
using Cluster.Contracts.Machines;
using Cluster.Protocol.V1;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>What the loop has drivers do, on real files and without processes or software.</summary>
public sealed class ReconcilerTests
{
    private const string Applied = "stage switch reload prove complete";

    /// <summary>What stands before a look, and what the driver is called for.</summary>
    [Theory]
    [InlineData("nothing assigned", "")]
    [InlineData("nothing assigned, something live", "prove")]
    [InlineData("assigned", Applied)]
    [InlineData("assigned, state damaged", "")]
    [InlineData("assigned, held", "")]
    [InlineData("assigned, hold has ended", Applied)]
    [InlineData("assigned, observed", "plan")]
    [InlineData("assigned, content missing", "")]
    [InlineData("live", "prove")]
    [InlineData("live, differs", "prove")]
    [InlineData("live, differs and is repaired", "stage switch reload prove complete prove")]
    [InlineData("not confirmed, before its deadline", Applied)]
    [InlineData("not confirmed, after its deadline", "prove")]
    [InlineData("not confirmed, after its deadline by the manager's clock", "prove")]
    public async Task A_look_does_what_the_service_needs(string stands, string calls)
    {
        using var side = new ApplySide();
        Arrange(side, stands);

        await side.LookAsync(check: false);

        side.Drivers["mail"].TakeCalls().ShouldBe(calls);
    }

    [Fact]
    public async Task Files_that_somebody_changed_are_looked_at_within_half_a_minute()
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        Assign(side, side.Part("new", here: true).Sha256);
        await side.LookAsync(check: false);
        side.Clock.Advance(TimeSpan.FromSeconds(20));
        driver.TakeCalls();
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("", "nothing has changed");

        driver.Fingerprint = "edited";
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("prove");
        side.Clock.Advance(TimeSpan.FromSeconds(20));
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("", "it was looked at");
    }

    [Fact]
    public async Task What_was_applied_to_stopped_software_is_applied_once_more_when_it_runs()
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        driver.Running = false;
        Assign(side, side.Part("new", here: true).Sha256);
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe(Applied);
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("", "it is still stopped");

        (driver.Running, driver.Changes) = (true, false);
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("stage prove");
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("");
    }

    [Fact]
    public async Task What_another_version_of_the_agent_applied_is_applied_once_more()
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        Assign(side, side.Part("new", here: true).Sha256);
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe(Applied);
        side.State.NoteRecord("mail", r => r with { Applied = r.Applied! with { AgentVersion = "0.0.1" } });

        (driver.Changes, driver.FailsToProve) = (false, ApplyFailure.Final(ApplyCodes.RoutesChanged, "probe", "uncovered"));
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("stage prove");
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("", "that it was tried is known although it failed");
    }

    /// <summary>How staging failed, what changes then, how many seconds pass, and what the next look calls the driver for.</summary>
    [Theory]
    [InlineData(false, "", 1, "")]
    [InlineData(false, "", 3, "stage")]
    [InlineData(true, "", 3600, "")]
    [InlineData(true, "the own files", 1, "stage")]
    [InlineData(true, "the attempt", 1, "stage")]
    [InlineData(true, "the part", 1, "stage")]
    [InlineData(false, "held", 3, "")]
    public async Task A_failure_is_held_back_or_tried_again(bool final, string changes, int seconds, string calls)
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        driver.FailsToStage = final ? ApplyFailure.Final("bad", "preflight", "") : ApplyFailure.Transient("busy", "lock", "");
        var part = side.Part("new", here: true).Sha256;
        side.Take(Offers.Offer(null, ("mail", part)));
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("stage");

        switch (changes)
        {
            case "the own files": driver.Fingerprint = "edited"; break;
            case "the attempt": side.Take(Offers.Offer(a => (a.Number, a.Attempt) = (2, 1), ("mail", part))); break;
            case "the part": side.Take(Offers.Offer(a => a.Number = 2, ("mail", side.Part("newer", here: true).Sha256))); break;
            case "held": side.State.SetHold(new HoldRecord(side.Clock.GetUtcNow(), null)); break;
            default: break;
        }

        side.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await side.LookAsync(check: false);

        driver.TakeCalls().ShouldBe(calls);
    }

    /// <summary>Whether all services or none change, how one fails, and what the other is called for.</summary>
    [Theory]
    [InlineData(false, false, Applied)]
    [InlineData(true, false, Applied)]
    [InlineData(false, true, Applied)]
    [InlineData(true, true, "stage discard")]
    public async Task One_service_that_fails_takes_the_others_with_it_only_where_that_is_wanted(bool atomic, bool fails, string calls)
    {
        using var side = new ApplySide(joined: true, "mail", "web");
        if (fails) side.Drivers["web"].FailsToStage = ApplyFailure.Final("bad", "preflight", "");
        side.Take(Offers.Offer(
            a => a.AtomicHost = atomic,
            ("mail", side.Part("mail", here: true).Sha256),
            ("web", side.Part("web", here: true).Sha256)));

        await side.LookAsync(check: false);

        side.Drivers["mail"].TakeCalls().ShouldBe(calls);
    }

    [Fact]
    public async Task A_live_part_is_renewed_also_where_another_service_of_an_all_or_none_host_cannot_be()
    {
        using var side = new ApplySide(joined: true, "mail", "web");
        side.Take(Offers.Offer(
            a => a.AtomicHost = true,
            ("mail", side.Part("mail", here: true).Sha256),
            ("web", side.Part("web", here: true).Sha256)));
        await side.LookAsync(check: false);
        foreach (var driver in side.Drivers.Values) (driver.Findings, _) = ("more", driver.TakeCalls());
        side.Drivers["web"].FailsToStage = ApplyFailure.Final("bad", "preflight", "");
        side.Clock.Advance(ApplyDecision.ProofInterval);

        await side.LookAsync(check: false);

        side.Drivers["web"].TakeCalls().ShouldBe("stage");
        side.Drivers["mail"].TakeCalls().ShouldBe(Applied);
    }

    /// <summary>What is in force and live, the service that is named, whether it is held, and what the driver is called for.</summary>
    [Theory]
    [InlineData("live", "mail", "unmanage prove", "")]
    [InlineData("live", "", "unmanage prove", "")]
    [InlineData("live", "elsewhere", "prove", "")]
    [InlineData("nothing assigned", "mail", "", "unmanage was refused")]
    [InlineData("assigned, observed", "mail", "plan", "unmanage was refused")]
    [InlineData("another is live and the new one fails", "mail", "stage", "unmanage was refused")]
    [InlineData("no part assigned, something live", "mail", "unmanage-all prove", "")]
    public async Task What_no_level_defines_is_put_back_where_it_can_be_told(string stands, string service, string calls, string warning)
    {
        using var side = new ApplySide();
        Arrange(side, stands);
        var done = side.Reconciler.UnmanageAsync(service);

        await side.LookAsync(check: false);

        await done;
        side.Drivers["mail"].TakeCalls().ShouldBe(calls);
        string.Join(' ', side.State.Record("mail").Warnings).ShouldStartWith(warning);
        side.State.Record("mail").Warnings.Count.ShouldBe(warning.Length > 0 ? 1 : 0);
    }

    [Fact]
    public async Task Unmanage_waits_for_the_end_of_a_hold()
    {
        using var side = new ApplySide();
        Arrange(side, "live");
        side.State.SetHold(new HoldRecord(side.Clock.GetUtcNow(), side.Clock.GetUtcNow().AddMinutes(1)));
        var done = side.Reconciler.UnmanageAsync("mail");
        await side.LookAsync(check: false);
        side.Drivers["mail"].TakeCalls().ShouldBe("prove");
        done.IsCompleted.ShouldBeFalse();

        side.Clock.Advance(TimeSpan.FromMinutes(1));
        await side.LookAsync(check: false);

        await done;
        side.Drivers["mail"].TakeCalls().ShouldStartWith("unmanage");
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "prove")]
    public async Task A_check_looks_at_what_was_looked_at_just_now(bool check, string calls)
    {
        using var side = new ApplySide();
        Arrange(side, "live");
        await side.LookAsync(check: false);
        side.Drivers["mail"].TakeCalls();

        await side.LookAsync(check);

        side.Drivers["mail"].TakeCalls().ShouldBe(calls);
    }

    [Theory]
    [InlineData("live", "prove")]
    [InlineData("assigned", "")]
    [InlineData("assigned, state damaged", "")]
    public async Task A_host_on_which_no_agent_runs_is_only_looked_at(string stands, string calls)
    {
        using var side = new ApplySide();
        Arrange(side, stands);

        await side.Reconciler.LookOnlyAsync(TestContext.Current.CancellationToken);

        side.Drivers["mail"].TakeCalls().ShouldBe(calls);
        side.State.IsRunning("mail").ShouldBe(side.State.Problem.Length == 0);
    }

    [Fact]
    public async Task A_proof_that_fails_shows_as_a_difference_and_nothing_is_verified()
    {
        using var side = new ApplySide();
        Arrange(side, "live");
        side.Drivers["mail"].FailsToProve = ApplyFailure.Final("silent", "probe", "Nothing answers.");

        await side.LookAsync(check: false);

        side.State.Record("mail").Verified.ShouldBeNull();
        side.State.Record("mail").Drift.ShouldHaveSingleItem().Path.ShouldBe(DriftFact.Probe);
    }

    private static void Arrange(ApplySide side, string stands)
    {
        var now = side.Clock.GetUtcNow();
        var repair = stands.Contains("repaired", StringComparison.Ordinal);
        var wanted = side.Part("new", here: stands != "assigned, content missing", repair);
        var old = side.Part("old", here: true);
        switch (stands)
        {
            case "nothing assigned": break;
            case "nothing assigned, something live": MakeLive(side, old.Sha256); break;
            case "no part assigned, something live":
                MakeLive(side, old.Sha256);
                side.Take(Offers.Offer());
                break;
            case "assigned": Assign(side, wanted.Sha256); break;
            case "assigned, state damaged":
                Assign(side, wanted.Sha256);
                side.State.Note(new DamagedStateException("It cannot be read."));
                break;
            case "assigned, held":
                Assign(side, wanted.Sha256);
                side.State.SetHold(new HoldRecord(now, now.AddSeconds(1)));
                break;
            case "assigned, hold has ended":
                Assign(side, wanted.Sha256);
                side.State.SetHold(new HoldRecord(now.AddSeconds(-1), now));
                break;
            case "assigned, observed": side.Take(Offers.Offer(a => a.Observe = true, ("mail", wanted.Sha256))); break;
            case "assigned, content missing":
                Assign(side, wanted.Sha256);
                side.Take(new Content());
                break;
            case "another is live and the new one fails":
                MakeLive(side, old.Sha256);
                side.Drivers["mail"].FailsToStage = ApplyFailure.Final("bad", "preflight", "");
                Assign(side, wanted.Sha256);
                break;
            case "live":
                MakeLive(side, wanted.Sha256);
                Assign(side, wanted.Sha256);
                break;
            case "live, differs":
            case "live, differs and is repaired":
                MakeLive(side, wanted.Sha256, new DriftFact("main.cf", "differs", now));
                Assign(side, wanted.Sha256);
                break;
            case "not confirmed, before its deadline": Reassign(side, old.Sha256, wanted.Sha256, now.AddSeconds(1)); break;
            case "not confirmed, after its deadline": Reassign(side, old.Sha256, wanted.Sha256, now); break;
            case "not confirmed, after its deadline by the manager's clock":
                Reassign(side, old.Sha256, wanted.Sha256, now.AddSeconds(5));
                side.Reconciler.Note(new SessionReport { Connected = true, ClockSkewSeconds = 5 });
                break;
            default: throw new ArgumentOutOfRangeException(nameof(stands), stands, "The table names something that is not made here.");
        }
    }

    private static void Assign(ApplySide side, string part) => side.Take(Offers.Offer(null, ("mail", part)));

    private static void Reassign(ApplySide side, string old, string part, DateTimeOffset confirmBy)
    {
        MakeLive(side, old);
        Assign(side, old);
        side.Take(Offers.Offer(a => (a.Number, a.ConfirmDeadline) = (2, confirmBy.ToUnixTimeMilliseconds()), ("mail", part)));
    }

    private static void MakeLive(ApplySide side, string part, params DriftFact[] drift) =>
        side.State.NoteRecord(
            "mail",
            _ => new ServiceRecord
            {
                Applied = new AppliedFact(part, 1, 101, side.Clock.GetUtcNow()) { AgentVersion = AgentVersion.Text },
                Drift = drift,
            });
}
