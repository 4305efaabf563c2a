using System.Net;
using Cluster.Testing;
using Cluster.Testing.Dns;
using Cluster.Verification.Dns;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Dns;

/// <summary>Look-ups against a real authoritative server.</summary>
public sealed class MxLookupTests : IAsyncLifetime
{
    private NameServer server = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(NameServer.WhyNone.Length > 0, NameServer.WhyNone);
        var many = Enumerable.Range(1, 60).Select(n => $"many MX {n} a-rather-long-name-of-a-host-that-takes-mail-{n:D2}.example.net.");
        server = await NameServer.StartAsync(
            "example.org",
            ["@ MX 20 MX2.Example.org.", "@ MX 10 mx1", "plain A 192.0.2.1", "null MX 0 .", "odd MX 10 under_score", .. many]);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    [Fact]
    public async Task Hosts_come_normalised_in_the_order_of_their_preference()
    {
        var seen = await Query("example.org");
        seen.State.ShouldBe(MxState.Found);
        seen.Hosts.ShouldBe(["mx1.example.org", "mx2.example.org"]);
    }

    [Theory]
    [InlineData("plain.example.org", MxState.NoRecords)]
    [InlineData("missing.example.org", MxState.NoDomain)]
    [InlineData("odd.example.org", MxState.Unknown)]
    [InlineData("example.net", MxState.Unknown)]
    public async Task Other_answers_are_told_apart(string domain, MxState state) =>
        (await Query(domain)).ShouldSatisfyAllConditions(s => s.State.ShouldBe(state), s => s.Hosts.ShouldBeEmpty());

    [Fact]
    public async Task A_domain_that_takes_no_mail_says_so() => (await Query("null.example.org")).Hosts.ShouldBe([""]);

    [Fact]
    public async Task An_answer_that_does_not_fit_into_a_datagram_is_fetched_whole_and_the_most_preferred_hosts_are_kept()
    {
        var seen = await Query("many.example.org");
        seen.Hosts.Count.ShouldBe(50);
        seen.Hosts[^1].ShouldEndWith("-50.example.net");
        seen.More.ShouldBe(10);
    }

    [Fact]
    public async Task Nobody_who_answers_is_no_answer()
    {
        await server.StopAsync();
        (await Query("example.org")).State.ShouldBe(MxState.Unknown);
        (await new MxLookup(new IPEndPoint(IPAddress.Loopback, FreePort.Next())).QueryAsync(
            "example.org", TestContext.Current.CancellationToken)).State.ShouldBe(MxState.Unknown);
    }

    private Task<MxSeen> Query(string domain) =>
        new MxLookup(IPEndPoint.Parse(server.Address)).QueryAsync(domain, TestContext.Current.CancellationToken);
}
