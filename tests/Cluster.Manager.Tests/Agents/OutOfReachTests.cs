using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>What a machine out of reach reported last holds only while nothing can have led it elsewhere since.</summary>
public sealed class OutOfReachTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_return_is_not_in_sync_by_what_was_reported_before_what_is_returned_from()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        ByteString part;
        await using (var stream = await agent.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await host.CommitHostnameAsync("good.example");
            part = await VerifyAsync(stream, await stream.OfferAsync(), 1);
            await host.EndRolloutsAsync();
            await host.CommitHostnameAsync("bad.example");
            await stream.OfferAsync();
        }

        await AwayAsync();
        await host.EndRolloutsAsync();
        await host.CommitHostnameAsync("good.example");

        var away = await Eventually.Has(() => host.MachineAsync("mx1"), m => m.Desired?.Revision == 3, "the return is desired");
        away.InSync.ShouldBeFalse("it may run what it got last");
        away.Verified?.Revision.ShouldNotBe(3);
        away.Applied?.Revision.ShouldNotBe(3);

        await using var back = await agent.ConnectAsync();
        await back.WelcomeAsync();
        (await VerifyAsync(back, await back.OfferAsync(), 2)).ShouldBe(part);
        await InSyncAsync();
    }

    [Fact]
    public async Task A_confirmation_that_did_not_reach_it_leaves_open_whether_it_went_back()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        using var witness = await TestAgent.NewAsync(host, "mx2");
        await using var other = await witness.ConnectAsync();
        await other.WelcomeAsync();
        await using (var stream = await agent.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await host.CommitHostnameAsync("a.example");
            await VerifyAsync(other, await other.OfferAsync(), 1);
            await VerifyAsync(stream, await stream.OfferAsync(), 1);
            await InSyncAsync();
            await host.CommitAsync(
                edits => edits.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "b.example" }),
                confirmWithin: "5m");
            await VerifyAsync(other, await other.OfferAsync(), 2);
            await VerifyAsync(stream, await stream.OfferAsync(), 2);
            await InSyncAsync();
        }

        await AwayAsync();
        await host.Cluster.Revisions.ConfirmAsync(2);

        await Eventually.Has(() => host.MachineAsync("mx1"), m => m.Desired?.Number == 3, "desired has no deadline any more");
        (await host.MachineAsync("mx1")).InSync.ShouldBeFalse("at the deadline it went back by itself");
    }

    /// <summary>It goes back to what it had, which it was told of before what it missed.</summary>
    [Fact]
    public async Task A_confirmation_leaves_open_where_a_machine_went_back_to_that_had_missed_an_assignment()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        using var another = await TestAgent.NewAsync(host, "mx2");
        await using (var stream = await agent.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await host.CommitHostnameAsync("y.example");
            await VerifyAsync(stream, await stream.OfferAsync(), 1);
            await InSyncAsync();
        }

        await AwayAsync();
        await host.EndRolloutsAsync();
        await host.CommitHostnameAsync("z.example");
        await Eventually.Has(() => host.MachineAsync("mx1"), m => m.Desired?.Number == 2, "z is desired");
        await host.EndRolloutsAsync();
        await host.CommitAsync(
            edits => edits.Singleton<OutboundSettings>()
                .PutAsync(new OutboundSettings { Hostname = "own.example" }, AgentSteps.OfMachine("mx2")),
            confirmWithin: "5m");
        await Eventually.Has(() => host.MachineAsync("mx1"), m => m.Desired?.Number == 3, "it must be confirmed");
        await using (var stream = await agent.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await VerifyAsync(stream, await stream.OfferAsync(), 2);
            await InSyncAsync();
        }

        await AwayAsync();
        await host.Cluster.Revisions.ConfirmAsync(3);
        await Eventually.Has(() => host.MachineAsync("mx1"), m => m.Desired?.Number == 4, "it is confirmed");

        (await host.MachineAsync("mx1")).InSync.ShouldBeFalse("at the deadline it went back to y");
    }

    [Fact]
    public async Task A_machine_stays_in_sync_out_of_reach_while_only_revisions_pass_that_change_nothing_for_it()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        using var another = await TestAgent.NewAsync(host, "mx2");
        await using (var stream = await agent.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await host.CommitHostnameAsync("a.example");
            await VerifyAsync(stream, await stream.OfferAsync(), 1);
            await InSyncAsync();
        }

        await AwayAsync();
        await host.CommitAsync(
            edits => edits.Singleton<OutboundSettings>()
                .PutAsync(new OutboundSettings { Hostname = "own.example" }, AgentSteps.OfMachine("mx2")),
            confirmWithin: "5m");
        await Eventually.Has(() => host.MachineAsync("mx1"), m => m.Desired?.Revision == 2, "the revision is desired");
        await host.Cluster.Revisions.ConfirmAsync(2);
        var confirmed = await Eventually.Has(() => host.MachineAsync("mx1"), m => m.Desired?.Number == 3, "it is confirmed");

        confirmed.InSync.ShouldBeTrue();
    }

    private static async Task<ByteString> VerifyAsync(TestStream stream, (Offer Offer, Assignment Assignment) offer, ulong sequence)
    {
        var part = SessionTests.PartsOf(offer.Offer).Single();
        await stream.BeatAsync(RolloutTests.Verified(part, offer.Assignment, sequence), TestStream.Held(offer.Offer, offer.Assignment));
        return part;
    }

    private Task InSyncAsync() => Eventually.Has(() => host.MachineAsync("mx1"), m => m.InSync, "mx1 is in sync");

    private Task AwayAsync() => Eventually.Has(() => host.MachineAsync("mx1"), m => m.State == MachineState.Offline, "mx1 is away");
}
