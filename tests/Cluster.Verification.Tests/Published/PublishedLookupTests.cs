using System.Net;
using Cluster.Testing.Dns;
using Cluster.Verification.Guard;
using Cluster.Verification.Published;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Published;

/// <summary>What domains publish, over a signed DNS and a real web server.</summary>
public sealed class PublishedLookupTests : IClassFixture<PublishingDomains>
{
    private readonly PublishingDomains domains;

    public PublishedLookupTests(PublishingDomains domains)
    {
        Assert.SkipWhen(PublishingDomains.WhyNone.Length > 0, PublishingDomains.WhyNone);
        this.domains = domains;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Keys_count_where_the_resolver_vouches_for_them()
    {
        (await QueryAsync("keys.test")).Dane.ShouldSatisfyAllConditions(
            d => d.Hosts.ShouldBe(["mx1.keys.test", "mx2.keys.test"]), d => d.Everywhere.ShouldBeTrue());
        (await QueryAsync("some.test")).Dane.ShouldSatisfyAllConditions(
            d => d.Hosts.ShouldBe(["mx2.some.test"]), d => d.Everywhere.ShouldBeFalse());
        (await QueryAsync("host.test")).Dane.Hosts.ShouldBe(["host.test"], "without MX records the domain itself takes its mail");
        foreach (var none in new[] { "pkix.test", "short.test", "null.test", "half.test", "missing.host.test", "open.plain", "own.plain" })
            (await QueryAsync(none)).Dane.State.ShouldBe(PublishedState.Nothing, none);
    }

    [Fact]
    public async Task Nobody_vouches_where_the_resolver_does_not_validate_and_nothing_is_known_where_none_answers()
    {
        await domains.Resolver.StopAsync();
        var silent = await QueryAsync("enforce.test");
        silent.Dane.State.ShouldBe(PublishedState.Unknown);
        silent.MtaSts.ShouldBe(MtaStsSeen.Unknown);

        await domains.Resolver.StartAgainAsync(validates: false);
        foreach (var unknown in new[] { "keys.test", "open.plain", "half.test", "missing.host.test", "null.test" })
            (await QueryAsync(unknown)).Dane.ShouldBe(DaneSeen.Unvouched, unknown);
        (await QueryAsync("enforce.test")).MtaSts.Mode.ShouldBe(MtaStsMode.Enforce, "which needs no signatures");

        await domains.Resolver.StopAsync();
        await domains.Resolver.StartAgainAsync(validates: true);
    }

    [Theory]
    [InlineData("enforce", MtaStsMode.Enforce)]
    [InlineData("testing", MtaStsMode.Testing)]
    [InlineData("none", MtaStsMode.None)]
    public async Task A_policy_is_fetched(string name, MtaStsMode mode)
    {
        var seen = (await QueryAsync($"{name}.test")).MtaSts;

        seen.Problem.ShouldBeEmpty();
        seen.Mode.ShouldBe(mode);
        seen.Counts(Now).ShouldBeTrue();
        seen.Enforces(Now).ShouldBe(mode == MtaStsMode.Enforce);
        seen.Counts(Now.AddDays(1.1)).ShouldBeFalse("its max_age is a day");
    }

    [Theory]
    [InlineData("expired", "certificate")]
    [InlineData("named", "certificate")]
    [InlineData("moved", "status 301")]
    [InlineData("gone", "status 404")]
    [InlineData("html", "text/plain")]
    [InlineData("long", "longer than")]
    [InlineData("broken", "mode")]
    [InlineData("old", "certificate")]
    public async Task What_breaks_the_rules_is_no_policy_and_says_why(string name, string why)
    {
        var seen = (await QueryAsync($"{name}.test")).MtaSts;

        seen.State.ShouldBe(PublishedState.Unknown);
        seen.Enforces(Now).ShouldBeFalse();
        seen.Problem.ShouldContain($"mta-sts.{name}.test: ");
        seen.Problem.ShouldContain(why);
    }

    [Fact]
    public async Task What_counts_for_a_second_counts_for_an_hour()
    {
        (await QueryAsync("brief.test")).MtaSts.ShouldSatisfyAllConditions(
            p => p.Mode.ShouldBe(MtaStsMode.Enforce), p => p.MaxAge.ShouldBe(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Nothing_is_only_what_each_resolver_that_answers_could_have_validated()
    {
        await using var other = await SignedResolver.StartAsync([], []);
        await other.StopAsync();
        IPEndPoint[] both = [new(domains.Resolver.Address, 53), new(other.Address, 53)];
        (await new PublishedLookup(both, TimeProvider.System).QueryAsync("open.plain", null, Cancellation)).Dane.State.ShouldBe(
            PublishedState.Nothing, "the second is silent");

        await other.StartAgainAsync(validates: false);
        var lookup = new PublishedLookup(both, TimeProvider.System);
        (await lookup.QueryAsync("open.plain", null, Cancellation)).Dane.ShouldBe(DaneSeen.Unvouched);
        (await lookup.QueryAsync("keys.test", null, Cancellation)).Dane.State.ShouldBe(PublishedState.Published);
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("twice")]
    public async Task Without_one_record_nobody_is_asked(string name)
    {
        (await QueryAsync($"{name}.test")).MtaSts.State.ShouldBe(PublishedState.Nothing);
        domains.Server.Requests($"{name}.test").ShouldBe(0);
    }

    /// <summary>What was known, whether it is fetched anew, and the mode that counts then.</summary>
    [Theory]
    [InlineData("enforce.test", "1", 1, 0, MtaStsMode.Testing)]
    [InlineData("enforce.test", "0", 1, 1, MtaStsMode.Enforce)]
    [InlineData("enforce.test", "1", 13, 1, MtaStsMode.Enforce)]
    [InlineData("enforce.test", "1", 25, 1, MtaStsMode.Enforce)]
    [InlineData("gone.test", "0", 1, 1, MtaStsMode.Testing)]
    [InlineData("gone.test", "1", 25, 1, null)]
    [InlineData("silent.test", "1", 1, 0, MtaStsMode.Testing)]
    [InlineData("silent.test", "1", 25, 0, null)]
    public async Task A_policy_is_kept_until_it_is_old_or_another(string domain, string id, int hours, int fetched, MtaStsMode? mode)
    {
        var known = new MtaStsSeen
        {
            State = PublishedState.Published, Id = id, Mode = MtaStsMode.Testing, FetchedAt = Now.AddHours(-hours),
            MaxAge = TimeSpan.FromDays(1),
        };

        var before = domains.Server.Requests(domain);
        (await QueryAsync(domain, known)).MtaSts.Mode.ShouldBe(mode);
        (domains.Server.Requests(domain) - before).ShouldBe(fetched);
    }

    [Fact]
    public async Task As_it_is_made_it_neither_reaches_private_addresses_nor_trusts_strangers()
    {
        var lookup = new PublishedLookup([new IPEndPoint(domains.Resolver.Address, 53)], TimeProvider.System);
        (await lookup.QueryAsync("enforce.test", null, Cancellation)).MtaSts.Problem.ShouldContain("no public address");

        var strange = new PublishedReach { Port = domains.Server.Port, Guard = new OwnHostGuard() };
        lookup = new PublishedLookup([new IPEndPoint(domains.Resolver.Address, 53)], TimeProvider.System, strange);
        (await lookup.QueryAsync("enforce.test", null, Cancellation)).MtaSts.Problem.ShouldContain("certificate");
    }

    private Task<PublishedSeen> QueryAsync(string domain, MtaStsSeen? known = null)
    {
        var reach = new PublishedReach { Port = domains.Server.Port, Authorities = domains.Server.Authorities, Guard = new OwnHostGuard() };
        return new PublishedLookup([new IPEndPoint(domains.Resolver.Address, 53)], TimeProvider.System, reach)
            .QueryAsync(domain, known, Cancellation);
    }
}
