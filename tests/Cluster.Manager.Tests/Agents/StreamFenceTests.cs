using Cluster.Contracts.Machines;
using Cluster.Manager.Features.Sessions.Contents;
using Cluster.Manager.Features.Sessions.Reports;
using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>
/// Of several streams of a machine only the newest counts, whichever manager holds it and whatever that manager's clock says.
/// </summary>
public sealed class StreamFenceTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_manager_whose_clock_is_wrong_by_a_day_neither_keeps_an_old_stream_nor_cuts_the_new_one(int days)
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        var wrong = new MovableClock();
        wrong.Advance(TimeSpan.FromDays(days));
        await using var beside = await host.StartBesideAsync(wrong);
        await using var first = await agent.ConnectAsync("boot-a", to: beside);
        await first.WelcomeAsync();
        await using var second = await agent.ConnectAsync("boot-b");
        await second.WelcomeAsync();
        await first.Ended;
        first.Failure!.Trailers.GetValue("cluster-code").ShouldBe("stream-fenced");

        await using var third = await agent.ConnectAsync("boot-c", to: beside);
        await third.WelcomeAsync();
        await second.Ended;
        second.Failure!.Trailers.GetValue("cluster-code").ShouldBe("stream-fenced");
        await third.BeatAsync(SessionTests.Status(4));
        (await third.NextAsync(m => m.StatusEcho)).Sequence.ShouldBe(4ul);
    }

    [Fact]
    public async Task What_comes_late_over_an_older_stream_is_neither_stored_nor_answered()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        var key = await host.Cluster.NewCertificateAsync("client");
        await using var first = await agent.ConnectAsync("boot-a", h => h.TrustSetNumber = 1);
        await first.WelcomeAsync();
        await using var second = await agent.ConnectAsync("boot-b", h => h.TrustSetNumber = 1);
        await second.WelcomeAsync();
        var row = await ReportAsync();
        row.StreamNumber.ShouldBe(2);

        var late = await host.Get<ReportStore>()
            .StoreAsync(new AgentReport(agent.Principal, 1, SessionTests.Status(99, "late"), 9, [TestAgent.Service("late")]));
        late.Fenced.ShouldBeTrue();
        var after = await ReportAsync();
        (after.Sequence, after.TrustSetNumber, after.CapabilityHash).ShouldBe((row.Sequence, row.TrustSetNumber, row.CapabilityHash));

        (await host.Get<KeyRelease>().ReleaseAsync(new KeyOrder(agent.Principal, 1, [key]))).ShouldBeEmpty();
        (await host.KeyHoldersAsync("client")).ShouldBeEmpty();
        (await host.Get<KeyRelease>().ReleaseAsync(new KeyOrder(agent.Principal, 2, [key]))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_identity_that_was_replaced_gets_no_key_although_its_stream_is_the_newest()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        var key = await host.Cluster.NewCertificateAsync("client");
        var old = agent.Principal;
        await agent.RenewAsync();
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();

        (await host.Get<KeyRelease>().ReleaseAsync(new KeyOrder(old, 1, [key]))).ShouldBeEmpty();
        (await host.KeyHoldersAsync("client")).ShouldBeEmpty();
        (await host.Get<KeyRelease>().ReleaseAsync(new KeyOrder(agent.Principal, 1, [key]))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_opening_whose_call_has_ended_meanwhile_fences_nobody()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync("boot-a");
        await stream.SpokenAsync(1);

        var hello = new Hello { BootId = "boot-late", Generation = 1 };
        (await host.Get<SessionOpenings>()
            .OpenAsync(
                new SessionOpening(
                    agent.Principal, Guid.NewGuid(), hello, new CancellationToken(canceled: true)))).Failure!.Code.ShouldBe("stream-ended");

        (await ReportAsync()).StreamNumber.ShouldBe(1);
        (await ReportAsync()).BootId.ShouldBe("boot-a");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_late_opening_of_a_process_that_is_gone_is_no_clone(bool spokeBefore)
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        if (spokeBefore)
        {
            await using var earlier = await agent.ConnectAsync("boot-a");
            await earlier.SpokenAsync(1);
        }

        await using var next = await agent.ConnectAsync("boot-b");
        await next.SpokenAsync(2);

        await using var late = await agent.ConnectAsync("boot-a");
        await late.WelcomeAsync();
        await next.Ended;
        await using var again = await agent.ConnectAsync("boot-b");
        await again.SpokenAsync(3);
        (await host.MachineAsync("mx1")).State.ShouldNotBe(MachineState.Quarantined);
        (await ReportAsync()).BootId.ShouldBe("boot-b");

        // Two that both speak are two hosts.
        await using var clone = await agent.ConnectAsync("boot-a");
        await clone.SpokenAsync(4);
        await using var original = await agent.ConnectAsync("boot-b");
        await original.SpokenAsync(5);
        (await host.MachineAsync("mx1")).State.ShouldBe(MachineState.Quarantined);
    }

    // Number and boot id of a stream are told to nobody; they decide whether what comes late is taken.
    private Task<MachineReport> ReportAsync() =>
        host.Get<ClusterDatabase>().ReadAsync((db, ct) => db.Reports.SingleAsync(ct), CancellationToken.None);
}
