using Cluster.Agent.Apply;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Files;
using Cluster.Agent.State;
using Cluster.Agent.Tests.Drivers;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
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
        side.Clock.Advance(TimeSpan.FromMinutes(1));
        side.Inbox.TryAgain();
        side.TakeSent().ShouldHaveSingleItem().ContentRequest.Parts.ShouldBe([ApplySide.FromHex(sha256)]);

        var part = new Part { Sha256 = ApplySide.FromHex(sha256), Content = ByteString.CopyFrom(bytes) };
        side.Take(new Content { Parts = { part } });
        await side.LookAsync(check: true);
        side.State.Record("mail").Verified.ShouldNotBeNull();
        side.State.Record("mail").Drift.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_was_overwritten_takes_the_proof_with_it_within_half_a_minute()
    {
        using var directory = new TestDirectory("overwritten");
        using var parts = new Parts();
        var endpoint = new LocalEndpoint { Kind = Listener.Kind, Name = "mx", Address = "127.0.0.1", Port = 25 };
        var service = new LocalService { Name = "mail", Driver = FilesDriver.DriverName, Endpoints = [endpoint] };
        using var side = new ApplySide(new FilesDriver(
            new DriverContext(service, directory.Path, TimeProvider.System, NullLogger.Instance),
            new FilesDriverOptions { ConfigDirectory = directory.Path }));
        var certificate = parts.Certificate("mx.example.test");
        var bytes = Offers.PartBytes(ServicePart.Empty(FilesDriver.DriverName).WithListener("mx", PolicyTls.Required, certificate));
        var sha256 = CanonicalJson.Sha256(bytes);
        side.Content.SavePart(sha256, bytes).ShouldBeTrue();
        side.Content.SaveKey(certificate.PublicKeySha256, parts.Find(certificate.PublicKeySha256)).ShouldBeTrue();
        side.Take(Offers.Offer(null, ("mail", sha256)));
        await side.LookAsync(check: false);
        side.State.Record("mail").Verified.ShouldNotBeNull();

        await File.WriteAllTextAsync(directory["cluster/current/mx-cert.pem"], "somebody's", TestContext.Current.CancellationToken);
        side.Clock.Advance(TimeSpan.FromSeconds(30));
        await side.LookAsync(check: false);

        side.State.Record("mail").Verified.ShouldBeNull();
        side.State.Record("mail").Drift.ShouldContain(d => d.Path == DriftFact.Probe);
    }

    [Fact]
    public async Task After_a_restore_that_failed_the_last_good_state_is_not_verified_until_it_is_restored()
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        var good = await FailToRestoreAsync(side);
        side.State.Record("mail").Applied!.Part.ShouldBe(good);

        // A proof by files alone would succeed.
        await side.LookAsync(check: true);
        driver.TakeCalls().ShouldBe("");
        side.State.Record("mail").Verified.ShouldBeNull();
        side.State.Record("mail").Drift.ShouldHaveSingleItem()
            .What.ShouldStartWith("The last good files are back, but nothing shows that the software uses them");

        driver.FailsToRestore = null;
        side.Clock.Advance(TimeSpan.FromMinutes(1));
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("restore prove");
        side.State.Record("mail").Verified!.Part.ShouldBe(good);
        side.State.Record("mail").Drift.ShouldBeEmpty();
    }

    /// <summary>Whether the good part is wanted again or another one, whether its bytes are the live ones, and what the driver is
    /// called for.</summary>
    [Theory]
    [InlineData("good", true, "stage switch reload prove complete")]
    [InlineData("good", false, "stage reload prove")]
    [InlineData("next", true, "stage switch reload prove complete")]
    [InlineData("next", false, "stage reload prove")]
    public async Task A_part_that_is_applied_whole_ends_the_wait_for_a_restore(string part, bool changes, string calls)
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        await FailToRestoreAsync(side);

        driver.Changes = changes;
        var wanted = side.Part(part, here: true).Sha256;
        side.Take(Offers.Offer(a => a.Number = 3, ("mail", wanted)));
        await side.LookAsync(check: false);

        driver.TakeCalls().ShouldBe(calls);
        side.State.Record("mail").Verified!.Part.ShouldBe(wanted);
        side.State.Record("mail").Applied!.Number.ShouldBe(3ul);
        side.Clock.Advance(TimeSpan.FromMinutes(20));
        await side.LookAsync(check: true);
        driver.TakeCalls().ShouldBe("prove");
    }

    [Fact]
    public async Task Software_that_does_not_reload_is_not_proven_by_its_files_while_a_restore_waits()
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        var good = await FailToRestoreAsync(side);

        (driver.Changes, driver.FailsToReload) = (false, ApplyFailure.Transient(ApplyCodes.ReloadTimeout, "reload", "no answer"));
        side.Take(Offers.Offer(a => a.Number = 3, ("mail", good)));
        await side.LookAsync(check: false);

        driver.TakeCalls().ShouldBe("stage reload");
        side.State.Record("mail").Verified.ShouldBeNull();
        side.Store.Journals().ShouldHaveSingleItem().Phase.ShouldBe(JournalPhase.Restoring);
    }

    [Fact]
    public async Task A_look_without_an_agent_proves_nothing_while_a_change_has_not_ended()
    {
        using var side = new ApplySide();
        await FailToRestoreAsync(side);
        using var other = new ApplySide(side);

        await other.Reconciler.LookOnlyAsync(TestContext.Current.CancellationToken);

        other.Drivers["mail"].TakeCalls().ShouldBe("");
        other.State.Record("mail").Verified.ShouldBeNull();
        other.State.Record("mail").Drift.ShouldContain(d => d.Path == DriftFact.Probe);
    }

    [Fact]
    public async Task While_the_state_cannot_be_used_nothing_is_said_to_be_verified()
    {
        using var side = new ApplySide();
        side.Take(Offers.Offer(null, ("mail", side.Part("applied", here: true).Sha256)));
        await side.LookAsync(check: false);
        StatusVectors.Of(side.State).Services.ShouldHaveSingleItem().Verified.ShouldNotBeNull();

        side.State.Note(new DamagedStateException("A state file is damaged."));

        var status = StatusVectors.Of(side.State);
        status.LocalProblem.ShouldBe("A state file is damaged.");
        status.Services.ShouldHaveSingleItem().Verified.ShouldBeNull();
        status.Services[0].Applied.ShouldNotBeNull();
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
            side.State.NoteRecord("mail", r => r with
            {
                Refused = refused,
                Attempted = r.Attempted! with { Error = FailureFact.Of(RefusedItem.FailureOf(refused)!) },
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

    /// <summary>
    /// A crash while all services of a host are switched, or none: the first fails its proof then, or was being restored.
    /// </summary>
    [Theory]
    [InlineData(false, "switch reload prove restore")]
    [InlineData(true, "restore")]
    public async Task After_a_crash_one_service_that_fails_restores_those_behind_it_too(bool restoring, string calls)
    {
        using var side = new ApplySide(joined: true, "mail", "web");
        var good = side.Part("good", here: true).Sha256;
        side.Take(Offers.Offer(null, ("mail", good), ("web", good)));
        await side.LookAsync(check: false);
        var failure = ApplyFailure.Final(ApplyCodes.NotServed, "probe", "another certificate");
        var entry = new JournalEntry
        {
            Service = "web",
            Part = side.Part("bad", here: true).Sha256,
            Number = 2,
            Revision = 2,
            Attempt = 0,
            Token = "token",
            Phase = JournalPhase.Switching,
            Atomic = true,
        };
        side.Store.Save(entry);
        side.Store.Save(entry with
        {
            Service = "mail",
            Phase = restoring ? JournalPhase.Restoring : JournalPhase.Switching,
            Failure = FailureFact.Of(failure),
        });
        foreach (var driver in side.Drivers.Values) driver.TakeCalls();
        side.Drivers["mail"].FailsToProve = failure;

        await side.LookAsync(check: false);

        side.Drivers["mail"].TakeCalls().ShouldStartWith(calls);
        side.Drivers["web"].TakeCalls().ShouldStartWith("restore prove");
        side.Store.Journals().ShouldBeEmpty();
        side.State.Record("web").Applied!.Part.ShouldBe(good);
    }

    // "good" is live; "bad" fails its proof, and going back fails as well.
    private static async Task<string> FailToRestoreAsync(ApplySide side)
    {
        var driver = side.Drivers["mail"];
        var good = side.Part("good", here: true).Sha256;
        side.Take(Offers.Offer(null, ("mail", good)));
        await side.LookAsync(check: false);
        driver.FailsToProve = ApplyFailure.Final(ApplyCodes.NotServed, "probe", "another certificate");
        driver.FailsToRestore = ApplyFailure.Transient(ApplyCodes.ReloadTimeout, "reload", "no answer");
        side.Take(Offers.Offer(a => a.Number = 2, ("mail", side.Part("bad", here: true).Sha256)));
        await side.LookAsync(check: false);
        side.State.Record("mail").Verified.ShouldBeNull();
        driver.FailsToProve = null;
        driver.TakeCalls();
        return good;
    }
}
