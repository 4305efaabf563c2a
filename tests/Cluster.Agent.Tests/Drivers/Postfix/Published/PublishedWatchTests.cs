using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.LookUps;
using Cluster.Testing;
using Cluster.Verification.Published;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Published;

/// <summary>When domains are looked up, how many at once, and what is kept of it.</summary>
public sealed class PublishedWatchTests : IDisposable
{
    private readonly TestDirectory directory = new("published");
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider clock = new(Start);
    private readonly Answers answers = new();
    private PublishedWatch watch;

    public PublishedWatchTests() => watch = New();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Each_domain_is_looked_up_once_a_day_and_not_all_at_the_same_time()
    {
        var names = Enumerable.Range(0, 40).Select(n => $"d{n}.example").ToArray();
        watch.Watch(names);
        (await watch.RunOnceAsync(Cancellation)).ShouldBeTrue();
        (await watch.RunOnceAsync(Cancellation)).ShouldBeFalse();
        answers.Asked.Count.ShouldBe(40);
        watch.Unknown.ShouldBeEmpty();

        var early = 0;
        for (var hour = 0; hour < 31; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            if (await watch.RunOnceAsync(Cancellation)) early += hour < 23 ? 1 : 0;
            if (hour == 16) answers.Asked.Count.ShouldBe(40, "not within three quarters of a day");
        }

        early.ShouldBeGreaterThan(0, "their times are spread");
        answers.Asked.Count.ShouldBe(80);
        answers.Asked.ShouldAllBe(a => names.Contains(a));
    }

    [Fact]
    public async Task Five_thousand_domains_are_asked_a_hundred_at_a_time_and_counted_together()
    {
        watch.Watch(Enumerable.Range(0, 5_000).Select(n => $"d{n}.example"));
        answers.Enforcing.Add("d0.example");
        await watch.RunOnceAsync(Cancellation);
        answers.Asked.Count.ShouldBe(LookUpRun.MostDomains);
        watch.Current.Hash.ShouldBeEmpty("each change has the settings applied once more");
        watch.Unknown.ShouldStartWith("what 4900 of 5000 domains publish (DANE, MTA-STS) is not known");

        clock.Advance(TimeSpan.FromMinutes(6));
        await watch.RunOnceAsync(Cancellation);
        watch.Current.Find("d0.example").ShouldNotBeNull().MtaSts.ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_found_outlives_the_process()
    {
        answers.Enforcing.Add("a.example");
        watch.Watch(["a.example", "b.example"]);
        await watch.RunOnceAsync(Cancellation);
        var hash = watch.Current.Hash;
        hash.ShouldNotBeEmpty();

        watch = New();
        watch.Current.Hash.ShouldBe(hash, "before anybody says which domains matter");
        watch.Watch(["a.example", "b.example"]);
        (await watch.RunOnceAsync(Cancellation)).ShouldBeFalse("it was found a moment ago");

        File.WriteAllText(directory["published.json"], "{ broken");
        New().Current.Hash.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_policy_counts_for_its_time_and_keys_for_a_week_without_a_resolver()
    {
        answers.Enforcing.Add("a.example");
        answers.Keys.Add("b.example");
        watch.Watch(["a.example", "b.example"]);
        await watch.RunOnceAsync(Cancellation);
        answers.IsKnown = false;

        await DaysAsync(6);
        watch.Current.Find("a.example").ShouldNotBeNull("its max_age is ten days");
        watch.Current.Find("b.example").ShouldNotBeNull();
        await DaysAsync(2);
        watch.Current.Find("b.example").ShouldBeNull();
        await DaysAsync(3);
        watch.Current.Find("a.example").ShouldBeNull();
        watch.Current.Hash.ShouldBeEmpty();

        async Task DaysAsync(int days)
        {
            for (var hour = 0; hour < days * 24; hour++)
            {
                clock.Advance(TimeSpan.FromHours(1));
                await watch.RunOnceAsync(Cancellation);
            }
        }
    }

    [Fact]
    public async Task A_host_without_a_resolver_is_left_alone_for_longer_each_time()
    {
        answers.IsSilent = true;
        watch.Watch(["a.example"]);
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            await watch.RunOnceAsync(Cancellation);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        answers.Asked.Count.ShouldBeInRange(4, 8);
        answers.IsSilent = false;
        clock.Advance(TimeSpan.FromHours(8));
        (await watch.RunOnceAsync(Cancellation)).ShouldBeTrue();
        watch.Unknown.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_could_not_be_fetched_is_said_and_asked_again_within_two_hours()
    {
        answers.Problem = "mta-sts.a.example: it answered with status 404";
        watch.Watch(["a.example"]);
        await watch.RunOnceAsync(Cancellation);
        watch.Unknown.ShouldBe(
            "what 1 of 1 domains publish (DANE, MTA-STS) is not known, for example: mta-sts.a.example: it answered with status 404");
        watch.Current.Hash.ShouldBeEmpty("it holds nothing back");

        answers.Problem = "";
        clock.Advance(TimeSpan.FromHours(2));
        (await watch.RunOnceAsync(Cancellation)).ShouldBeTrue();
        watch.Unknown.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_domain_that_does_not_matter_any_more_is_forgotten()
    {
        answers.Enforcing.Add("a.example");
        watch.Watch(["a.example"]);
        await watch.RunOnceAsync(Cancellation);
        watch.Watch(["b.example"]);
        await watch.RunOnceAsync(Cancellation);

        watch.Current.Find("a.example").ShouldBeNull();
        answers.Asked.ShouldBe(["a.example", "b.example"]);
    }

    private PublishedWatch New() => new(answers, new PublishedStore(directory.Path), "/nowhere/resolv.conf", clock);

    // Answers as the process would that looks things up; what was known of a policy is handed back as it does.
    private sealed class Answers : ILookUps
    {
        private readonly Lock gate = new();

        public List<string> Asked { get; } = [];

        public HashSet<string> Enforcing { get; } = [];

        public HashSet<string> Keys { get; } = [];

        public bool IsSilent { get; set; }

        public bool IsKnown { get; set; } = true;

        public string Problem { get; set; } = "";

        public Task<IReadOnlyList<PublishedSeen>> AskAsync(LookUpRequest request, CancellationToken ct)
        {
            lock (gate) Asked.AddRange(request.Domains.Select(d => d.Domain));
            IReadOnlyList<PublishedSeen> seen = IsSilent ? [] : [.. request.Domains.Select(Seen)];
            return Task.FromResult(seen);
        }

        private PublishedSeen Seen(LookUpDomain domain)
        {
            if (!IsKnown) return new(domain.Domain, DaneSeen.Unknown, domain.MtaSts ?? MtaStsSeen.Unknown);
            var dane = Keys.Contains(domain.Domain)
                ? new DaneSeen(PublishedState.Published, ["mx." + domain.Domain], Everywhere: true)
                : DaneSeen.Nothing;
            return new PublishedSeen(domain.Domain, dane, PolicyOf(domain.Domain));
        }

        private MtaStsSeen PolicyOf(string domain)
        {
            if (Problem.Length > 0) return MtaStsSeen.Unknown with { Problem = Problem };
            return Enforcing.Contains(domain)
                ? new MtaStsSeen
                {
                    State = PublishedState.Published, Id = "1", Mode = MtaStsMode.Enforce, MaxAge = TimeSpan.FromDays(10),
                    FetchedAt = Start,
                }
                : MtaStsSeen.Nothing;
        }
    }
}
