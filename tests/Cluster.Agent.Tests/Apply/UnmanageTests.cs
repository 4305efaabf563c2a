using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Settings;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>What no level defines any more is restored when it is ordered, and nothing else.</summary>
public sealed class UnmanageTests
{
    [Fact]
    public async Task What_is_still_defined_stays_live()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        var before = FileTree.Describe(host.ConfigDirectory());

        await DoneAsync(manager, 7, "");

        FileTree.Describe(host.ConfigDirectory()).ShouldBe(before);
        manager.Fleet.Service("mail")!.Warnings.ShouldBeEmpty();
        await host.StopAsync();
    }

    [Fact]
    public async Task It_is_refused_while_the_settings_in_force_are_not_the_applied_ones()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        manager.Fleet.Assign(PushTests.One(ServicePart.Empty("files") with { SchemaVersion = 99 }));
        await Eventually.Is(() => manager.Fleet.Service("mail")?.Attempted?.Error?.Code == "unsupported", "the part is refused");

        await DoneAsync(manager, 7, "mail");

        await Eventually.Is(
            () => manager.Fleet.Service("mail")!.Warnings.Any(w => w.Contains("unmanage was refused", StringComparison.Ordinal)),
            "the refusal is shown");
        File.Exists(host.Live()).ShouldBeTrue();
        await host.StopAsync();
    }

    [Fact]
    public async Task An_order_waits_for_the_end_of_a_hold_and_is_acknowledged_again_on_another_stream()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        host.Start();
        await Eventually.Is(() => manager.Fleet.Streams == 1, "connected");
        (await host.VerbAsync("hold")).ExitCode.ShouldBe(0);
        manager.Fleet.SendUnmanage(7, "");
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        await Eventually.Is(() => manager.Fleet.Held?.Number == 1, "what came after the order is taken");
        (await host.VerbAsync("check")).ExitCode.ShouldNotBe(2);
        manager.Fleet.OrdersDone.ShouldBe(0UL);

        (await host.VerbAsync("release")).ExitCode.ShouldBe(0);
        await Eventually.Is(() => manager.Fleet.OrdersDone == 7, "acknowledged");
        manager.Fleet.LastHello = null;
        manager.Fleet.DropStreams();
        await Eventually.Is(() => manager.Fleet.LastHello is not null, "connected again");
        manager.Fleet.LastHello!.OrdersDone.ShouldBe(7UL);
        await host.StopAsync();
    }

    public static TheoryData<string> Steps() =>
    [
        FailpointNames.ApplyJournaled,
        FailpointNames.ApplySwitched,
        FailpointNames.ApplyReloaded,
        FailpointNames.ApplyProven,
        FailpointNames.ApplyRecorded,
        FailpointNames.ApplyCompleted,
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task It_is_finished_after_a_kill(string step)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost(failpoints: true);
        await host.MustJoinAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        manager.Fleet.Assign(PushTests.One(ServicePart.Empty("files")));
        await PushTests.VerifiedAsync(manager, host, number: 2);
        var current = Path.Combine(host.ConfigDirectory(), "cluster", "current");
        new FileInfo(current).LinkTarget.ShouldNotBeNull();
        await host.StopAsync();

        host.Start(step);
        await Eventually.Is(() => manager.Fleet.Streams == 1, "connected");
        manager.Fleet.SendUnmanage(7, "");
        (await host.Running.ExitAsync()).ShouldBe(137, host.Output);
        Directory.EnumerateFiles(host.InState("apply/journal")).Any().ShouldBe(step != FailpointNames.ApplyCompleted);
        manager.Fleet.OrdersDone.ShouldBe(0UL);

        await manager.DownAsync();
        host.Start();
        await Eventually.Is(
            () => new FileInfo(current).LinkTarget is null && !Directory.EnumerateFiles(host.InState("apply/journal")).Any(),
            "finished without a manager");
        Directory.Exists(Path.Combine(host.ConfigDirectory(), "cluster")).ShouldBeFalse();
        await manager.UpAsync();
        await Eventually.Is(() => manager.Fleet.Streams == 1, "connected again");
        await DoneAsync(manager, 7, "");
        await PushTests.VerifiedAsync(manager, host, number: 2);
        await host.StopAsync();
    }

    private static async Task DoneAsync(FakeManager manager, ulong id, string service)
    {
        manager.Fleet.SendUnmanage(id, service);
        await Eventually.Is(() => manager.Fleet.OrdersDone == id, "the order is acknowledged");
    }
}
