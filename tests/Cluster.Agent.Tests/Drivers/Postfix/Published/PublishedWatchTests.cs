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
        clock.Advance(TimeSpan.FromMinutes(5));
        await watch.RunOnceAsync(Cancellation);

        watch.Current.Find("a.example").ShouldBeNull();
        answers.Asked.ShouldBe(["a.example", "b.example"]);
    }

    [Fact]
    public async Task Strangers_do_not_say_how_often_they_are_looked_up_nor_how_often_settings_are_applied()
    {
        answers.MaxAge = TimeSpan.FromSeconds(1);
        answers.Enforcing.Add("a.example");
        watch.Watch(["a.example"]);
        await watch.RunOnceAsync(Cancellation);
        for (var minute = 0; minute < 59; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            (await watch.RunOnceAsync(Cancellation)).ShouldBeFalse($"minute {minute}");
        }

        // Every half minute something else is found.
        var (changes, hash) = (0, watch.Current.Hash);
        for (var count = 1; count <= 120; count++)
        {
            answers.Keys.Add($"d{count}.example");
            watch.Watch(Enumerable.Range(1, count).Select(n => $"d{n}.example"));
            clock.Advance(TimeSpan.FromSeconds(30));
            await watch.RunOnceAsync(Cancellation);
            if (watch.Current.Hash == hash) continue;
            hash = watch.Current.Hash;
            changes++;
        }

        changes.ShouldBeInRange(10, 12, "once in five minutes");
        clock.Advance(TimeSpan.FromMinutes(5));
        await watch.RunOnceAsync(Cancellation);
        watch.Current.Find("d120.example").ShouldNotBeNull("it is only late");
    }

    /// <summary>Days that what is told or kept is ahead of the clock, and days that it counts.</summary>
    [Theory]
    [InlineData(2_000_000, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 10_000_000)]
    [InlineData(0, -1)]
    [InlineData(0, 367)]
    public async Task What_cannot_be_true_is_as_if_it_had_not_been_told_or_kept(int ahead, int counts)
    {
        answers.FetchedAt = Start.AddDays(ahead);
        answers.MaxAge = TimeSpan.FromDays(counts);
        answers.Enforcing.Add("a.example");
        watch.Watch(["a.example", "b.example"]);
        await watch.RunOnceAsync(Cancellation);
        watch.Current.Hash.ShouldBeEmpty();
        watch.Unknown.ShouldStartWith("what 1 of 2 domains publish");
        clock.Advance(TimeSpan.FromHours(2));
        (await watch.RunOnceAsync(Cancellation)).ShouldBeTrue("it is asked again");

        var entry = new PublishedEntry
        {
            Domain = "a.example",
            DueAt = Start,
            MtaSts = new MtaStsSeen
            {
                State = PublishedState.Published, Mode = MtaStsMode.Enforce, FetchedAt = answers.FetchedAt, MaxAge = answers.MaxAge,
            },
        };
        var store = new PublishedStore(directory.Path);
        store.Save([entry, entry with { Domain = "c.example", MtaSts = null, DaneAt = DateTimeOffset.MaxValue }]);
        store.Load(Start).ShouldBeEmpty();
        New().Current.Hash.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_names_more_hosts_than_are_looked_at_or_none_that_can_be_is_not_believed()
    {
        watch.Watch(["a.example", "b.example", "c.example"]);
        answers.Keys.UnionWith(["a.example", "b.example", "c.example"]);
        answers.Hosts["a.example"] = ["mx.a.example\nsmtp_tls_security_level = none"];
        answers.Hosts["b.example"] = [.. Enumerable.Range(0, 9).Select(n => $"mx{n}.b.example")];
        await watch.RunOnceAsync(Cancellation);

        watch.Current.Find("a.example").ShouldBeNull();
        watch.Current.Find("b.example").ShouldBeNull();
        watch.Current.Find("c.example").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_look_that_goes_wrong_in_any_way_is_made_again()
    {
        answers.Fault = new ArgumentOutOfRangeException(nameof(watch), "as arithmetic of dates throws it");
        watch.Watch(["a.example"]);
        (await watch.RunOnceAsync(Cancellation)).ShouldBeTrue();
        answers.Fault = null;
        clock.Advance(TimeSpan.FromMinutes(16));
        (await watch.RunOnceAsync(Cancellation)).ShouldBeTrue();
        watch.Unknown.ShouldBeEmpty();
    }

    [Fact]
    public async Task Domains_that_were_not_asked_go_on_being_due()
    {
        watch.Watch(Enumerable.Range(0, 50).Select(n => $"d{n:00}.example"));
        answers.EndsAfter = 1;
        await watch.RunOnceAsync(Cancellation);
        answers.EndsAfter = int.MaxValue;
        answers.Asked.Clear();
        clock.Advance(TimeSpan.FromSeconds(30));
        await watch.RunOnceAsync(Cancellation);

        answers.Asked.Count.ShouldBe(45, "one is known, and four had begun");
        watch.Unknown.ShouldStartWith("what 4 of 50 domains");
    }

    [Fact]
    public async Task Resolvers_that_stop_validating_change_nothing_for_a_week_and_are_named()
    {
        answers.Keys.Add("a.example");
        watch.Watch(["a.example"]);
        await watch.RunOnceAsync(Cancellation);
        answers.IsVouched = false;
        for (var hour = 0; hour < 6 * 24; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            await watch.RunOnceAsync(Cancellation);
            watch.Current.Find("a.example").ShouldNotBeNull();
        }

        watch.Unknown.ShouldContain("not every resolver shows that it validates DNSSEC");
        clock.Advance(TimeSpan.FromDays(2));
        await watch.RunOnceAsync(Cancellation);
        watch.Current.Find("a.example").ShouldBeNull();
    }

    [Fact]
    public async Task What_is_new_is_looked_at_at_once_for_a_few_seconds_and_waited_for_once()
    {
        answers.Enforcing.UnionWith(["a.example", "b.example"]);
        watch.Watch(["a.example", "b.example"]);
        await watch.LookAtNewAsync(["a.example"], Cancellation);
        answers.Asked.ShouldBeEmpty("nobody looks yet");

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        answers.IsSilent = true;
        watch.Watch([]);
        var running = watch.RunAsync(ending.Token);
        watch.Watch(["a.example", "b.example", "c.example"]);
        await watch.LookAtNewAsync(["a.example", "of nobody"], Cancellation);
        await watch.LookAtNewAsync(["a.example"], Cancellation);
        answers.Asked.ShouldBe(["a.example"], "it was waited for");
        answers.Limit.ShouldBe(TimeSpan.FromSeconds(5));
        watch.Current.Hash.ShouldBeEmpty();

        answers.IsSilent = false;
        await watch.LookAtNewAsync(["b.example"], Cancellation);
        watch.Current.Find("b.example").ShouldNotBeNull("it counts at once");
        await watch.LookAtNewAsync(["b.example"], Cancellation);
        answers.Asked.ShouldBe(["a.example", "b.example"], "it is known");
        await watch.RunOnceAsync(Cancellation);
        answers.Asked.ShouldBe(["a.example", "b.example", "a.example", "c.example"], "what was not answered is asked beside");

        await ending.CancelAsync();
        await running;
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

        public bool IsVouched { get; set; } = true;

        public string Problem { get; set; } = "";

        public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(10);

        public DateTimeOffset FetchedAt { get; set; } = Start;

        public Dictionary<string, string[]> Hosts { get; } = [];

        public Exception? Fault { get; set; }

        public int EndsAfter { get; set; } = int.MaxValue;

        public TimeSpan Limit { get; private set; }

        public Task<IReadOnlyList<PublishedSeen>> AskAsync(LookUpRequest request, TimeSpan limit, CancellationToken ct)
        {
            if (Fault is { } fault) return Task.FromException<IReadOnlyList<PublishedSeen>>(fault);
            lock (gate) Asked.AddRange(request.Domains.Select(d => d.Domain));
            Limit = limit;
            IReadOnlyList<PublishedSeen> seen = IsSilent ? [] : [.. request.Domains.Take(EndsAfter).Select(Seen)];
            return Task.FromResult(seen);
        }

        private PublishedSeen Seen(LookUpDomain domain)
        {
            if (!IsKnown) return new(domain.Domain, DaneSeen.Unknown, domain.MtaSts ?? MtaStsSeen.Unknown);
            return new PublishedSeen(domain.Domain, KeysOf(domain.Domain), PolicyOf(domain.Domain));
        }

        private DaneSeen KeysOf(string domain)
        {
            if (!IsVouched) return DaneSeen.Unvouched;
            var hosts = Hosts.GetValueOrDefault(domain) ?? ["mx." + domain];
            return Keys.Contains(domain) ? new DaneSeen(PublishedState.Published, hosts, Everywhere: true) : DaneSeen.Nothing;
        }

        private MtaStsSeen PolicyOf(string domain)
        {
            if (Problem.Length > 0) return MtaStsSeen.Unknown with { Problem = Problem };
            return Enforcing.Contains(domain)
                ? new MtaStsSeen
                {
                    State = PublishedState.Published, Id = "1", Mode = MtaStsMode.Enforce, MaxAge = MaxAge,
                    FetchedAt = FetchedAt,
                }
                : MtaStsSeen.Nothing;
        }
    }
}
