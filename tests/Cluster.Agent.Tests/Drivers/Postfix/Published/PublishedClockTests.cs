using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.LookUps;
using Cluster.Testing;
using Cluster.Verification.Published;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Published;

/// <summary>A host whose clock was wrong when it started, and was put right later, looks domains up as any other.</summary>
public sealed class PublishedClockTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);
    private readonly TestDirectory directory = new("published-clock");
    private readonly FakeTimeProvider clock = new(Start);
    private readonly Names names = new();

    public void Dispose() => directory.Dispose();

    /// <summary>How many days the clock was ahead, and whether nobody answered meanwhile.</summary>
    [Theory]
    [InlineData(2000, true)]
    [InlineData(2000, false)]
    [InlineData(0.8, true)]
    [InlineData(0.8, false)]
    public async Task A_clock_that_was_ahead_once_holds_no_look_up_back(double days, bool isSilent)
    {
        var cancellation = TestContext.Current.CancellationToken;
        clock.AdjustTime(Start + TimeSpan.FromDays(days));
        var watch = new PublishedWatch(names, new PublishedStore(directory.Path), "/nowhere/resolv.conf", clock);
        watch.Watch(["a.example"]);
        names.IsSilent = isSilent;
        await watch.RunOnceAsync(cancellation);
        names.Asked.ShouldBe(["a.example"]);

        clock.AdjustTime(Start);
        (names.IsSilent, _) = (false, names.TakeAsked());
        watch.Watch(["a.example", "b.example"]);
        await watch.RunOnceAsync(cancellation);
        names.Asked.ShouldContain("b.example");
        clock.Advance(TimeSpan.FromHours(30));
        await watch.RunOnceAsync(cancellation);
        names.Asked.ShouldContain("a.example");
    }

    /// <summary>How many days ahead keys were found, and whether they count after the clock was put right.</summary>
    [Theory]
    [InlineData(2000, false)]
    [InlineData(1, true)]
    public void Keys_that_were_found_long_after_now_do_not_count(int days, bool count)
    {
        var entry = new PublishedEntry
        {
            Domain = "a.example",
            DueAt = Start,
            Dane = new DaneSeen(PublishedState.Published, ["mx.a.example"], Everywhere: true),
            DaneAt = Start + TimeSpan.FromDays(days),
        };
        (entry.AskAt(Start) is not null).ShouldBe(count);
    }

    private sealed class Names : ILookUps
    {
        public List<string> Asked { get; private set; } = [];

        public bool IsSilent { get; set; }

        public List<string> TakeAsked()
        {
            var taken = Asked;
            Asked = [];
            return taken;
        }

        public Task<IReadOnlyList<PublishedSeen>> AskAsync(LookUpRequest request, TimeSpan limit, CancellationToken ct)
        {
            Asked.AddRange(request.Domains.Select(d => d.Domain));
            IReadOnlyList<PublishedSeen> seen =
                IsSilent ? [] : [.. request.Domains.Select(d => new PublishedSeen(d.Domain, DaneSeen.Nothing, MtaStsSeen.Nothing))];
            return Task.FromResult(seen);
        }
    }
}
