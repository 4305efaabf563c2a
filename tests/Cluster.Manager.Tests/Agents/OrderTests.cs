using Cluster.Contracts.Machines;
using Cluster.Manager.Features.Sessions.Reports;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Cluster.Testing;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>What an administrator orders stands until the machine acknowledged it.</summary>
public sealed class OrderTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task An_order_that_a_stream_lost_comes_again_on_the_next_until_it_is_acknowledged()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        Command first;
        await using (var lost = await agent.ConnectAsync())
        {
            await lost.WelcomeAsync();
            await host.Cluster.Machines.CheckAsync("mx1");
            first = await lost.NextAsync(m => m.Command);
        }

        await using var stream = await agent.ConnectAsync();
        var again = await stream.NextAsync(m => m.Command);
        again.ShouldBe(first);
        again.Check.ShouldBeTrue();
        await stream.BeatAsync(ordersDone: again.Id);
        await ForgottenAsync();

        await host.Cluster.Machines.CheckAsync("mx1");
        var next = await stream.NextAsync(m => m.Command);
        next.Id.ShouldNotBe(first.Id);
        await using var acknowledging = await agent.ConnectAsync(change: h => h.OrdersDone = next.Id);
        await acknowledging.WelcomeAsync();
        await ForgottenAsync();
    }

    [Fact]
    public async Task An_acknowledgement_takes_away_nothing_that_was_ordered_after_it()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.Cluster.Machines.UnmanageAsync("mx1", new MachineUnmanage { Service = "postfix" });
        var first = await stream.NextAsync(m => m.Command);
        first.Unmanage.ShouldBe(["postfix"]);

        await host.Cluster.Machines.UnmanageAsync("mx1", new MachineUnmanage { Service = "nginx" });
        await stream.BeatAsync(ordersDone: first.Id);
        var both = await stream.NextAsync(m => m.Command);
        both.Unmanage.ShouldBe(["nginx", "postfix"]);
        await stream.BeatAsync(SessionTests.Status(1), ordersDone: first.Id);
        await stream.NextAsync(m => m.StatusEcho);
        await host.Get<ReportStore>().StoreAsync(new AgentReport(agent.Principal, 1, null, 0, null) { OrdersDone = first.Id });
        (await MachineAsync()).OrderId.ShouldBe((long)both.Id);

        await host.Cluster.Machines.UnmanageAsync("mx1");
        var all = await stream.NextAsync(m => m.Command);
        all.Unmanage.ShouldBe([""]);
        await stream.BeatAsync(ordersDone: all.Id);
        await ForgottenAsync();
    }

    // What was ordered and not yet acknowledged is told to the machine only.
    private Task<Machine> MachineAsync() =>
        host.Get<ClusterDatabase>().ReadAsync((db, ct) => db.Machines.SingleAsync(ct), CancellationToken.None);

    private Task ForgottenAsync() =>
        Eventually.Is(
            async () => await MachineAsync() is { OrderId: 0, CheckRequested: false, UnmanageRequested: null }, "the order is forgotten");
}
