using System.Net;
using Cluster.Testing;
using Cluster.Testing.Dns;
using Cluster.Testing.Nginx;
using Cluster.Verification.Guard;
using Cluster.Verification.Published;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Published;

/// <summary>What domains publish, over a signed DNS and a real web server.</summary>
public sealed class PublishedLookupTests : IAsyncLifetime
{
    private const string Key = "3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static readonly string[] Policies =
    [
        "enforce", "testing", "none", "expired", "named", "moved", "gone", "html", "long", "broken", "old", "twice",
    ];

    private SignedResolver resolver = null!;
    private PolicyServer server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(SignedResolver.WhyNone.Length > 0, SignedResolver.WhyNone);
        Assert.SkipWhen(NginxInstance.WhyNot.Length > 0, NginxInstance.WhyNot);
        resolver = await SignedResolver.StartAsync(
            [
                "keys.test. MX 10 mx1.keys.test.", "keys.test. MX 20 mx2.keys.test.",
                $"_25._tcp.mx1.keys.test. TLSA {Key}", $"_25._tcp.mx2.keys.test. TLSA {Key}",
                "some.test. MX 10 mx1.some.test.", "some.test. MX 20 mx2.some.test.", $"_25._tcp.mx2.some.test. TLSA {Key}",
                "host.test. A 192.0.2.1", $"_25._tcp.host.test. TLSA {Key}",
                "pkix.test. MX 10 mx.pkix.test.", $"_25._tcp.mx.pkix.test. TLSA 1 1 1 {Key[6..]}",
                "short.test. MX 10 mx.short.test.", "_25._tcp.mx.short.test. TLSA 3 1 1 0011",
                "null.test. MX 0 .",
                .. Policies.SelectMany(p => new[] { $"_mta-sts.{p}.test. TXT \"v=STSv1; id=1;\"", $"mta-sts.{p}.test. A 127.0.0.1" }),
                "_mta-sts.twice.test. TXT \"v=STSv1; id=2;\"",
                "mta-sts.silent.test. A 127.0.0.1",
            ],
            ["open.plain. MX 10 mx1.keys.test.", "own.plain. MX 10 mx.own.plain.", $"_25._tcp.mx.own.plain. TLSA {Key}"]);
        server = await PolicyServer.StartAsync(
            ServedPolicy.Of("enforce.test", "enforce"),
            ServedPolicy.Of("silent.test", "enforce"),
            ServedPolicy.Of("twice.test", "enforce"),
            ServedPolicy.Of("testing.test", "testing"),
            ServedPolicy.Of("none.test", "none"),
            ServedPolicy.Of("expired.test", "enforce") with { IsExpired = true },
            ServedPolicy.Of("named.test", "enforce") with { CertificateName = "www.named.test" },
            ServedPolicy.Of("moved.test", "enforce") with { Answer = "return 301 /elsewhere;" },
            ServedPolicy.Of("gone.test", "enforce") with { Answer = "return 404;" },
            ServedPolicy.Of("html.test", "enforce") with { MediaType = "text/html" },
            ServedPolicy.Of("broken.test", "sometimes"),
            new ServedPolicy("long.test", ServedPolicy.Of("long.test", "enforce").Text + new string('x', MtaStsPolicy.MostBytes)));
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        if (resolver is not null) await resolver.DisposeAsync();
    }

    [Fact]
    public async Task Keys_count_where_the_resolver_vouches_for_them()
    {
        (await QueryAsync("keys.test")).Dane.ShouldSatisfyAllConditions(
            d => d.Hosts.ShouldBe(["mx1.keys.test", "mx2.keys.test"]), d => d.Everywhere.ShouldBeTrue());
        (await QueryAsync("some.test")).Dane.ShouldSatisfyAllConditions(
            d => d.Hosts.ShouldBe(["mx2.some.test"]), d => d.Everywhere.ShouldBeFalse());
        (await QueryAsync("host.test")).Dane.Hosts.ShouldBe(["host.test"], "without MX records the domain itself takes its mail");
        foreach (var none in new[] { "pkix.test", "short.test", "null.test", "missing.test", "open.plain", "own.plain" })
            (await QueryAsync(none)).Dane.State.ShouldBe(PublishedState.Nothing, none);
    }

    [Fact]
    public async Task Nobody_vouches_where_the_resolver_does_not_validate_and_nothing_is_known_where_none_answers()
    {
        await resolver.StopAsync();
        (await QueryAsync("keys.test")).Dane.State.ShouldBe(PublishedState.Unknown);
        (await QueryAsync("enforce.test")).MtaSts.State.ShouldBe(PublishedState.Unknown);

        await resolver.StartAgainAsync(validates: false);
        (await QueryAsync("keys.test")).Dane.State.ShouldBe(PublishedState.Nothing);
        (await QueryAsync("enforce.test")).MtaSts.Mode.ShouldBe(MtaStsMode.Enforce, "which needs no signatures");
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

    [Theory]
    [InlineData("silent")]
    [InlineData("twice")]
    public async Task Without_one_record_nobody_is_asked(string name)
    {
        (await QueryAsync($"{name}.test")).MtaSts.State.ShouldBe(PublishedState.Nothing);
        server.Requests($"{name}.test").ShouldBe(0);
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

        (await QueryAsync(domain, known)).MtaSts.Mode.ShouldBe(mode);
        server.Requests(domain).ShouldBe(fetched);
    }

    [Fact]
    public async Task As_it_is_made_it_neither_reaches_private_addresses_nor_trusts_strangers()
    {
        var lookup = new PublishedLookup([new IPEndPoint(resolver.Address, 53)], TimeProvider.System);
        (await lookup.QueryAsync("enforce.test", null, Cancellation)).MtaSts.Problem.ShouldContain("no public address");

        var strange = new PublishedReach { Port = server.Port, Guard = new OwnHostGuard() };
        lookup = new PublishedLookup([new IPEndPoint(resolver.Address, 53)], TimeProvider.System, strange);
        (await lookup.QueryAsync("enforce.test", null, Cancellation)).MtaSts.Problem.ShouldContain("certificate");
    }

    private Task<PublishedSeen> QueryAsync(string domain, MtaStsSeen? known = null)
    {
        var reach = new PublishedReach { Port = server.Port, Authorities = server.Authorities, Guard = new OwnHostGuard() };
        return new PublishedLookup([new IPEndPoint(resolver.Address, 53)], TimeProvider.System, reach)
            .QueryAsync(domain, known, Cancellation);
    }
}
