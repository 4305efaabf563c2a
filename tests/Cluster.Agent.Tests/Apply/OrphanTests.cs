using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>What no level defines any more stays applied, also when the agent is killed while it applies what came instead.</summary>
public sealed class OrphanTests
{
    public static TheoryData<string> Steps() =>
    [
        FailpointNames.ApplyStaged, FailpointNames.ApplyJournaled, FailpointNames.ApplySwitched, FailpointNames.ApplyReloaded,
        FailpointNames.ApplyProven, FailpointNames.ApplyRecorded, FailpointNames.ApplyCompleted,
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task It_stays_over_a_kill_and_is_reported(string step)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost(failpoints: true);
        await host.MustJoinAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
        var kept = File.ReadAllText(host.Live());

        var other = TestHost.Part(manager, "web.example");
        other = other.Only(("web", other.All<Listener>()["in-mail"] with { Certificate = "web" }));
        manager.Fleet.Assign(
            PushTests.One(other with { Certificates = new Dictionary<string, PartCertificate> { ["web"] = other.Certificates["mx"] } }),
            send: false);
        host.Start(step);
        (await host.Running.ExitAsync()).ShouldBe(137, host.Output);
        manager.Fleet.Status = null;
        File.ReadAllText(host.Live()).ShouldBe(kept);

        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 2);
        await Eventually.Is(
            () => manager.Fleet.Service("mail")!.Warnings.Any(w => w.StartsWith("orphaned listeners/in-mail", StringComparison.Ordinal)),
            "it is reported");
        File.ReadAllText(host.Live()).ShouldBe(kept);
        File.Exists(host.Live(certificate: "web")).ShouldBeTrue();
        Directory.EnumerateDirectories(Path.Combine(host.ConfigDirectory(), "cluster/gen")).ShouldHaveSingleItem();
        await host.StopAsync();
    }
}
