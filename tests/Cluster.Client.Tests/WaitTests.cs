using System.Net;
using Cluster.Client.Tests.Fixtures;
using Cluster.Contracts.Rollouts;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests;

public sealed class WaitTests
{
    private const string Id = "019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b";

    [Fact]
    public async Task Waiting_for_a_rollout_looks_again_until_it_has_ended()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        using var handler = new ScriptedHandler(
            Answer("running", ended: false), Answer("running", ended: false), Answer("succeeded", ended: true));
        using var client = handler.Client(clock);
        var seen = new List<string>();

        var waiting = client.Cluster("mail").Rollouts.WaitAsync(Guid.Parse(Id), new Progress(seen), TestContext.Current.CancellationToken);
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await waiting).EndedAt.ShouldNotBeNull();
        seen.Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_waiting_ends_when_it_is_cancelled()
    {
        using var ended = new CancellationTokenSource();
        using var handler = new ScriptedHandler(Answer("running", ended: false)) { Answered = ended.Cancel };
        using var client = handler.Client(new FakeTimeProvider());
        await Should.ThrowAsync<OperationCanceledException>(
            () => client.Cluster("mail").Rollouts.WaitAsync(Guid.Parse(Id), ct: ended.Token));
    }

    private static (HttpStatusCode Status, string MediaType, string Body) Answer(string state, bool ended)
    {
        var end = ended ? ",\"endedAt\":\"2026-11-24T08:00:05Z\"" : "";
        return (
            HttpStatusCode.OK,
            "application/json",
            $$"""{"id":"{{Id}}","revision":1,"strategy":"all","state":"{{state}}","createdAt":"2026-11-24T08:00:00Z"{{end}}}""");
    }

    private sealed class Progress(List<string> seen) : IProgress<RolloutShape>
    {
        public void Report(RolloutShape value) => seen.Add($"{value.State}");
    }
}
