using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Storage.Units;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>Bundles and parts that nobody should have any more are deleted; what a rollback or a rejoin needs is made again.</summary>
public sealed class ContentPruningTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Only_what_desired_names_is_kept_and_what_comes_back_is_the_same()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var first = await CommitAsync(stream, "a.example");
        await CommitAsync(stream, "b.example");
        var last = await CommitAsync(stream, "c.example");
        (await CountAsync()).ShouldBe(6);

        await host.Get<ContentPruning>().StepAsync(CancellationToken.None);
        (await CountAsync()).ShouldBe(6, "who still fetches has time to end");
        await host.Get<ContentPruning>().StepAsync(CancellationToken.None);
        (await StoredContents.HashesAsync(host))
            .ShouldBe(
                [.. SessionTests.PartsOf(last.Offer).Append(last.Assignment.BundleSha256).Select(h => Convert.ToHexStringLower(h.Span))],
                ignoreOrder: true);
        (await stream.AskAsync(SessionTests.PartsOf(last.Offer), [])).Refused.ShouldBeEmpty();

        var back = await CommitAsync(stream, "a.example");
        back.Assignment.BundleSha256.ShouldBe(first.Assignment.BundleSha256);
        (await stream.AskAsync(SessionTests.PartsOf(first.Offer), [])).Parts.ShouldHaveSingleItem();
        (await CountAsync()).ShouldBe(4);
    }

    [Fact]
    public async Task What_is_named_again_meanwhile_stays()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await CommitAsync(stream, "a.example");
        await CommitAsync(stream, "b.example");
        await host.Get<ContentPruning>().StepAsync(CancellationToken.None);
        var again = await CommitAsync(stream, "a.example");
        await host.Get<ContentPruning>().StepAsync(CancellationToken.None);

        (await stream.AskAsync(SessionTests.PartsOf(again.Offer), [])).Refused.ShouldBeEmpty();
        (await CountAsync()).ShouldBe(4);
    }

    /// <summary>An exception of a background service ends the manager.</summary>
    [Fact]
    public async Task A_bundle_that_cannot_be_read_is_told_and_nothing_of_its_cluster_is_deleted()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await CommitAsync(stream, "a.example");
        var last = Convert.ToHexStringLower((await CommitAsync(stream, "b.example")).Assignment.BundleSha256.Span);
        var later = "{\"later\":1}"u8.ToArray();
        await host.Get<ClusterDatabase>()
            .WriteAsync(
                null,
                (db, ct) => db.Contents.Where(c => c.Hash == last).ExecuteUpdateAsync(s => s.SetProperty(c => c.Bytes, later), ct),
                CancellationToken.None);

        for (var step = 0; step < 2; step++) await host.Get<ContentPruning>().StepAsync(CancellationToken.None);
        (await CountAsync()).ShouldBe(4);
    }

    private Task<int> CountAsync() => StoredContents.CountAsync(host);

    private async Task<(Offer Offer, Assignment Assignment)> CommitAsync(TestStream stream, string hostname)
    {
        await host.EndRolloutsAsync();
        await host.CommitHostnameAsync(hostname);
        var (offer, assignment) = await stream.OfferAsync();
        await stream.BeatAsync(held: TestStream.Held(offer, assignment));
        return (offer, assignment);
    }
}
