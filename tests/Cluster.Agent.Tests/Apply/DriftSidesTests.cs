using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Agent.Programs;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>What a difference says of its sides, from the driver that sees it to what the manager is told.</summary>
public sealed class DriftSidesTests : IDisposable
{
    private readonly TestDirectory directory = new("drift-sides");

    [Fact]
    public async Task The_manager_is_told_the_sides_and_what_the_file_tells()
    {
        using var side = new ApplySide();
        var file = directory["main.cf"];
        await File.WriteAllTextAsync(file, "level = may", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(1_700_000_000));
        var sides = new DifferenceSides { Kind = "listeners", Name = "in", Intended = "encrypt", OnDisk = "may" };
        side.Drivers["mail"].Drift = [new ServiceDrift($"{file}#level", "is may, applied was encrypt") { Sides = sides }];
        side.Drivers["mail"].FailsToProve = ApplyFailure.Final("silent", "probe", "Another certificate.") with
        {
            Sides = sides with { OnDisk = null, OnWire = "certificate b" },
        };
        await LookAsync(side);

        var told = StatusVectors.Of(side.State).Services.ShouldHaveSingleItem().Drift;
        told.Select(d => (d.Kind, d.Name, d.Intended, d.OnDisk, d.OnWire)).ShouldBe(
            [("listeners", "in", "encrypt", "may", ""), ("listeners", "in", "encrypt", "", "certificate b")]);
        (told[0].FileModifiedAt, told[0].FileOwner).ShouldBe((1_700_000_000_000, Environment.UserName));
        (told[1].FileModifiedAt, told[1].FileOwner).ShouldBe((0, ""), "what clients see is in no file");
    }

    [Fact]
    public async Task A_difference_is_as_old_as_it_was_first_seen_while_its_sides_are_of_now()
    {
        using var side = new ApplySide();
        var first = side.Clock.GetUtcNow();
        side.Drivers["mail"].Drift = [new ServiceDrift("main.cf", "differs")];
        await LookAsync(side);
        side.Clock.Advance(TimeSpan.FromMinutes(10));
        side.Drivers["mail"].Drift = [new ServiceDrift("main.cf", "differs") { Sides = new DifferenceSides { OnDisk = "b" } }];
        await side.LookAsync(check: true);

        var drift = side.State.Record("mail").Drift.ShouldHaveSingleItem();
        (drift.Since, drift.Sides?.OnDisk).ShouldBe((first, "b"));
    }

    public void Dispose() => directory.Dispose();

    private static Task LookAsync(ApplySide side)
    {
        var part = side.Part("live", here: true);
        side.State.NoteRecord(
            "mail",
            _ => new ServiceRecord
            {
                Applied = new AppliedFact(part.Sha256, 1, 101, side.Clock.GetUtcNow()) { AgentVersion = AgentVersion.Text },
            });
        side.Take(Offers.Offer(null, ("mail", part.Sha256)));
        return side.LookAsync(check: true);
    }
}
