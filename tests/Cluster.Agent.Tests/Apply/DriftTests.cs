using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>What people change on a host is reported, and put right only where the policy says so.</summary>
public sealed class DriftTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rewritten_file_is_put_right_under_repair_and_reported_otherwise(bool repair)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager) with { RepairDrift = repair ? true : null }));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        manager.Fleet.LastHello!.Services.Single().Features.ShouldContain("drift.repair");
        var applied = File.ReadAllText(host.Live());
        File.WriteAllText(host.Live(), "somebody's");

        await host.VerbAsync("check");
        await Eventually.Is(
            () => host.Output.Contains("differences that the agent did not make", StringComparison.Ordinal)
                || manager.Fleet.Service("mail")!.Drift.Count > 0,
            "it is seen");
        if (repair)
        {
            await Eventually.Is(() => File.ReadAllText(host.Live()) == applied, "it is put right");
            await Eventually.Is(() => manager.Fleet.Service("mail") is { Drift.Count: 0, Verified: not null }, "nothing differs any more");
        }
        else
        {
            await host.VerbAsync("check");
            File.ReadAllText(host.Live()).ShouldBe("somebody's");
        }

        await host.StopAsync();
    }
}
