using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Failpoints;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>kill -9 at every named step of applying: what is live is whole, and the next start finishes.</summary>
public sealed class KillTests
{
    public static TheoryData<string> Forward() =>
    [
        FailpointNames.AssignmentStored,
        FailpointNames.ApplyStaged,
        FailpointNames.ApplyJournaled,
        FailpointNames.ApplySwitched,
        FailpointNames.ApplyReloaded,
        FailpointNames.ApplyProven, FailpointNames.ApplyRecorded, FailpointNames.ApplyCompleted,
    ];

    [Theory]
    [MemberData(nameof(Forward))]
    public async Task Applying_is_finished_after_a_kill(string step)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost(failpoints: true);
        await host.MustJoinAsync(manager);
        var first = TestHost.Part(manager, "mx1.example");
        manager.Fleet.Assign(PushTests.One(first));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
        var old = File.ReadAllText(host.Live());

        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager, "mx2.example")), send: false);
        host.Start(step);
        (await host.Running.ExitAsync()).ShouldBe(137, host.Output);
        manager.Fleet.Status = null;
        var between = File.ReadAllText(host.Live());
        between.ShouldContain("-----END PRIVATE KEY-----");
        between.ShouldContain("-----END CERTIFICATE-----");

        await manager.DownAsync();
        host.Start();
        if (step == FailpointNames.AssignmentStored)
            await Eventually.Is(() => File.ReadAllText(host.Live()) != old, "applied without a manager");
        await manager.UpAsync();
        await PushTests.VerifiedAsync(manager, host, number: 2);
        File.ReadAllText(host.Live()).ShouldNotBe(old);
        Directory.EnumerateFiles(host.InState("apply/journal")).ShouldBeEmpty();
        await host.StopAsync();
    }

    [Theory]
    [InlineData(FailpointNames.ApplyRestoring)]
    [InlineData(FailpointNames.ApplyRestored)]
    public async Task Restoring_is_finished_after_a_kill(string step)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost(failpoints: true);
        await host.MustJoinAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
        var old = File.ReadAllText(host.Live());

        // A leaf other than the one that the part promises is what the proof is there to notice.
        var part = TestHost.Part(manager);
        var wrong = part.Certificates["mx"] with { Sha256 = new string('0', 64) };
        manager.Fleet.Assign(
            PushTests.One(part with { Certificates = new Dictionary<string, PartCertificate> { ["mx"] = wrong } }), send: false);
        host.Start(step);
        (await host.Running.ExitAsync()).ShouldBe(137, host.Output);
        host.Start();
        await Eventually.Is(() => manager.Fleet.Service("mail")?.Attempted?.Error?.Code == "not-served", "the failure is reported");
        File.ReadAllText(host.Live()).ShouldBe(old);
        await Eventually.Is(() => !Directory.EnumerateFiles(host.InState("apply/journal")).Any(), "no journal stands");
        await host.StopAsync();
    }

    [Theory]
    [InlineData(FailpointNames.PendingKeyStored)]
    [InlineData(FailpointNames.JoinAnswered)]
    [InlineData(FailpointNames.MembershipStored)]
    [InlineData(FailpointNames.IdentityStored)]
    public async Task Joining_is_finished_after_a_kill(string step)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost(failpoints: true);
        (await host.JoinAsync(manager, failpoint: step)).ExitCode.ShouldBe(137);
        var again = await host.JoinAsync(manager);
        again.ExitCode.ShouldBe(step == FailpointNames.IdentityStored ? 5 : 0, again.ToString());
        manager.Fleet.Joined.Count.ShouldBe(1);
        host.Start();
        await Eventually.Is(() => manager.Fleet.Streams == 1, "connected");
        await host.StopAsync();
    }

    [Theory]
    [InlineData(FailpointNames.PendingKeyStored)]
    [InlineData(FailpointNames.RenewalStored)]
    [InlineData(FailpointNames.RenewalPromoted)]
    public async Task Renewing_is_finished_after_a_kill_of_the_session(string step)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost(failpoints: true);
        await host.MustJoinAsync(manager);
        manager.Fleet.RenewAfter = 1;
        host.Start(step);
        await Eventually.Is(
            () => host.Output.Contains("The session process has ended", StringComparison.Ordinal), "the session was killed");
        await host.KillAsync();
        manager.Fleet.LastHello = null;
        manager.Fleet.RenewAfter = step == FailpointNames.PendingKeyStored ? 1 : 0;
        host.Start();
        await Eventually.Is(() => manager.Fleet.LastHello?.Generation == 2, "the second generation connects");
        manager.Fleet.RenewAfter = 0;
        await host.StopAsync();
    }
}
