using Cluster.Agent.Apply;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>Whatever a driver throws stays with its own service: the others go on, and nothing old is shown as proven.</summary>
public sealed class DriverFaultTests
{
    /// <summary>Where it throws, and whether that leaves what is live unknown.</summary>
    [Theory]
    [InlineData("running", true)]
    [InlineData("watch", true)]
    [InlineData("observe", true)]
    [InlineData("own files", false)]
    public async Task A_driver_that_throws_stops_no_other_service_and_shows_nothing_old(string step, bool isUnknown)
    {
        using var side = new ApplySide(joined: true, "mail", "web");
        var mail = side.Part("mail", here: true).Sha256;
        side.Take(Offers.Offer(null, ("mail", mail), ("web", side.Part("web", here: true).Sha256)));
        await side.LookAsync(check: false);
        side.State.Record("mail").Verified.ShouldNotBeNull();
        foreach (var driver in side.Drivers.Values) driver.TakeCalls();
        side.Drivers["mail"].Throws[step] = new FormatException("a bug");
        side.Take(Offers.Offer(a => a.Number = 2, ("mail", mail), ("web", side.Part("newer", here: true).Sha256)));

        await side.LookAsync(check: true);

        side.Drivers["web"].TakeCalls().ShouldStartWith("stage switch reload prove complete");
        (side.State.Record("mail").Verified is null).ShouldBe(isUnknown);
        var shown = side.State.Record("mail").Drift.Where(d => d.Path == DriftFact.Observation).ToList();
        if (isUnknown) shown.ShouldHaveSingleItem().What.ShouldContain("FormatException");
        else shown.ShouldBeEmpty();
        var changes = 0;
        side.State.Changed += () => changes++;
        await side.LookAsync(check: false);
        changes.ShouldBe(0, "what is known already is not stored and told at every look");

        side.Drivers["mail"].Throws.Clear();
        side.Clock.Advance(TimeSpan.FromSeconds(20));
        await side.LookAsync(check: false);
        side.State.Record("mail").Verified.ShouldNotBeNull();
        side.State.Record("mail").Drift.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_driver_that_gives_up_waiting_fails_its_step_and_ends_nothing_else()
    {
        using var side = new ApplySide();
        side.Drivers["mail"].Throws["reload"] = new TaskCanceledException("its own patience");
        side.Take(Offers.Offer(null, ("mail", side.Part("new", here: true).Sha256)));

        await side.LookAsync(check: false);

        side.Drivers["mail"].TakeCalls().ShouldStartWith("stage switch reload restore");
        side.State.Record("mail").Attempted.ShouldNotBeNull().Error.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.DriverFailed);
    }

    [Fact]
    public async Task A_service_that_cannot_be_described_is_announced_without_what_it_can_do()
    {
        LocalService[] services = [new() { Name = "mail", Driver = "files" }, new() { Name = "web", Driver = "files" }];
        var drivers = services.ToDictionary(s => s.Name, _ => new RecordingDriver());
        drivers["mail"].Throws["describe"] = new FormatException("a bug");

        var announced = await Announcing.OfAsync(
            services, drivers.ToDictionary(d => d.Key, IServiceDriver (d) => d.Value), NullLogger.Instance,
            TestContext.Current.CancellationToken);

        announced.Select(a => a.Name).ShouldBe(["mail", "web"]);
    }

    /// <summary>
    /// Files that cannot be read are never known to be unchanged: what was proven is looked at again, and what failed is tried again,
    /// though not at every look.
    /// </summary>
    [Fact]
    public async Task Files_that_cannot_be_read_do_not_count_as_unchanged()
    {
        using var side = new ApplySide();
        var driver = side.Drivers["mail"];
        driver.Throws["watch"] = driver.Throws["own files"] = new IOException("Too many levels of symbolic links");
        side.Take(Offers.Offer(null, ("mail", side.Part("new", here: true).Sha256)));
        await side.LookAsync(check: false);
        driver.TakeCalls();
        side.Clock.Advance(TimeSpan.FromSeconds(20));
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("prove");

        driver.FailsToStage = ApplyFailure.Final("bad", "preflight", "");
        side.Take(Offers.Offer(a => a.Number = 2, ("mail", side.Part("newer", here: true).Sha256)));
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("stage");
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldBe("");
        side.Clock.Advance(ApplyDecision.LongestRetry);
        await side.LookAsync(check: false);
        driver.TakeCalls().ShouldStartWith("stage");
    }
}
