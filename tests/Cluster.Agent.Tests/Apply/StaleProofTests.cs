using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Shouldly;
using Xunit;
using RefusedItem = Cluster.Agent.Drivers.RefusedItem;

namespace Cluster.Agent.Tests.Apply;

/// <summary>A proof counts only while it can be true: what makes it doubtful takes it away.</summary>
public sealed class StaleProofTests
{
    [Fact]
    public async Task A_damaged_part_takes_the_proof_with_it_and_is_asked_for_again()
    {
        using var side = new ApplySide();
        var (sha256, bytes) = side.Part("applied", here: true);
        side.Take(Offers.Offer(null, ("mail", sha256)));
        await side.LookAsync(check: false);
        side.State.Record("mail").Verified.ShouldNotBeNull();
        side.TakeSent();
        await File.WriteAllTextAsync(Path.Combine(side.Directory.Apply, "parts", sha256 + ".json"), "{}");

        await side.LookAsync(check: true);

        side.State.Record("mail").Verified.ShouldBeNull();
        side.State.Record("mail").Drift.ShouldHaveSingleItem().What.ShouldStartWith("The applied settings cannot be read");
        side.Inbox.TryAgain();
        side.TakeSent().ShouldHaveSingleItem().ContentRequest.Parts.ShouldBe([ApplySide.FromHex(sha256)]);

        var part = new Part { Sha256 = ApplySide.FromHex(sha256), Content = ByteString.CopyFrom(bytes) };
        side.Take(new Content { Parts = { part } });
        await side.LookAsync(check: true);
        side.State.Record("mail").Verified.ShouldNotBeNull();
        side.State.Record("mail").Drift.ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_restore_that_failed_the_last_good_state_is_not_verified_until_it_is_restored()
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        var good = side.Part("good", here: true).Sha256;
        side.Take(Offers.Offer(null, ("mail", good)));
        await side.LookAsync(check: false);
        driver.FailsToProve = ApplyFailure.Final(ApplyCodes.NotServed, "probe", "another certificate");
        driver.FailsToRestore = ApplyFailure.Transient(ApplyCodes.ReloadTimeout, "reload", "no answer");
        side.Take(Offers.Offer(a => a.Number = 2, ("mail", side.Part("bad", here: true).Sha256)));
        await side.LookAsync(check: false);
        side.State.Record("mail").Applied!.Part.ShouldBe(good);
        side.State.Record("mail").Verified.ShouldBeNull();
        driver.TakeCalls();

        // A rollback names the good part again, and a proof by files alone would succeed.
        driver.FailsToProve = null;
        side.Take(Offers.Offer(a => a.Number = 3, ("mail", good)));
        await side.LookAsync(check: true);
        driver.TakeCalls().ShouldBe("");
        side.State.Record("mail").Verified.ShouldBeNull();
        side.State.Record("mail").Applied!.Number.ShouldBe(1ul);

        driver.FailsToRestore = null;
        side.Clock.Advance(TimeSpan.FromMinutes(1));
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldStartWith("restore prove");
        side.State.Record("mail").Verified!.Part.ShouldBe(good);
        side.State.Record("mail").Applied!.Number.ShouldBe(3ul);
    }

    [Fact]
    public async Task Another_part_can_be_applied_while_a_restore_waits()
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        side.Take(Offers.Offer(null, ("mail", side.Part("good", here: true).Sha256)));
        await side.LookAsync(check: false);
        driver.FailsToProve = ApplyFailure.Final(ApplyCodes.NotServed, "probe", "another certificate");
        driver.FailsToRestore = ApplyFailure.Transient(ApplyCodes.ReloadTimeout, "reload", "no answer");
        side.Take(Offers.Offer(a => a.Number = 2, ("mail", side.Part("bad", here: true).Sha256)));
        await side.LookAsync(check: false);
        driver.TakeCalls();

        driver.FailsToProve = null;
        var next = side.Part("next", here: true).Sha256;
        side.Take(Offers.Offer(a => a.Number = 3, ("mail", next)));
        await side.LookAsync(check: false);

        driver.TakeCalls().ShouldBe("stage switch reload prove complete");
        side.State.Record("mail").Verified!.Part.ShouldBe(next);
        side.Clock.Advance(TimeSpan.FromMinutes(20));
        await side.LookAsync(check: true);
        driver.TakeCalls().ShouldBe("prove");
    }

    /// <summary>Whether the switch changes anything, what was refused before, and what is refused afterwards.</summary>
    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, true, false)]
    public async Task Unmanage_says_what_it_could_not_take(bool changes, bool before, bool after)
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        var part = side.Part("live", here: true).Sha256;
        side.Take(Offers.Offer(null, ("mail", part)));
        await side.LookAsync(check: false);
        RefusedItem[] refused = [new RefusedItem("listeners", "mx", ApplyCodes.Unsupported, "It is not hosted here.")];
        if (before)
        {
            side.State.NoteRecord("mail", side.State.Record("mail") with
            {
                Refused = refused,
                Attempted = side.State.Record("mail").Attempted! with { Error = FailureFact.Of(RefusedItem.FailureOf(refused)!) },
            });
        }

        driver.Refuses = after ? refused : [];
        driver.Unmanaged = new StagedService { Token = "token", Changed = changes, Refused = after ? refused : [] };
        var done = side.Reconciler.UnmanageAsync("mail");
        await side.LookAsync(check: false);
        await done;

        side.State.Record("mail").Refused.Count.ShouldBe(after ? 1 : 0);
        if (!after) side.State.Record("mail").Attempted!.Error.ShouldBeNull();
    }
}
