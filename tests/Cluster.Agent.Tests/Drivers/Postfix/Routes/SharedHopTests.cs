using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>What a next hop has when not all of its mail can have what is wanted: what stays live may not become weaker.</summary>
public sealed class SharedHopTests : PolicyRowsCase
{
    private const string Hop = "[10.0.0.2]";

    [Fact]
    public void A_default_that_verifies_is_not_undone_by_a_domain_that_came_to_share_its_next_hop()
    {
        var routing = Host with { RelayHost = Hop };

        var rows = Make(routing, ("default", Control(DestinationTls.RequiredVerify)), ("a.example", Control(DestinationTls.None)));

        rows.Rows.ShouldNotContainKey(Hop);
        Problems[^1].MayPassWithOthers.ShouldBeTrue();
        Problems.SkipLast(1).ShouldAllBe(p => !p.MayPassWithOthers && p.Items.Single().Name == "default");
    }

    [Theory]
    [InlineData("smtp_tls_policy_maps", DestinationTls.Required, "encrypt")]
    [InlineData("smtp_tls_exclude_ciphers", DestinationTls.Required, "encrypt")]
    [InlineData("smtp_tls_CAfile", DestinationTls.RequiredVerify, "secure")]
    public void An_option_that_came_to_its_transport_takes_no_row_away(string option, DestinationTls tls, string level)
    {
        var routing = Host with
        {
            Routes = new Dictionary<string, Route> { ["a.example"] = Route.Parse("own:" + Hop, "transport_maps") },
            Transports = new Dictionary<string, MailTransport>(Host.Transports) { ["own"] = Transport("own", (option, "x")) },
        };

        Make(routing, ("a.example", Control(tls, "mx.a.example"))).Rows[Hop].ShouldStartWith(level);
        Problems.ShouldHaveSingleItem().Message.ShouldContain("own");
    }

    [Theory]
    [InlineData(DestinationTls.Required, DestinationTls.RequiredVerify, "secure")]
    [InlineData(DestinationTls.RequiredVerify, DestinationTls.Required, "secure")]
    [InlineData(DestinationTls.Preferred, DestinationTls.Required, "encrypt")]
    [InlineData(DestinationTls.None, DestinationTls.Preferred, "may")]
    public void Of_several_policies_the_strongest_stays(DestinationTls one, DestinationTls other, string level)
    {
        var routing = Routes(("a.example", Hop), ("b.example", Hop));

        var rows = Make(routing, ("a.example", Control(one, "mx.a.example")), ("b.example", Control(other, "mx.b.example")));

        rows.Rows[Hop].ShouldStartWith(level);
        Problems.ShouldHaveSingleItem().Items.Count.ShouldBe(2);
    }

    [Fact]
    public void Two_levels_of_one_filter_are_a_problem_of_the_default()
    {
        AdministratorsLevel = "may";
        var routing = Host with
        {
            Transports = new Dictionary<string, MailTransport>(Host.Transports)
            {
                ["plain"] = Transport("plain", ("smtp_tls_security_level", "none")),
            },
            Filters = [Route.Parse("smtp:[127.0.0.1]:10024", "content_filter"), Route.Parse("plain:[127.0.0.1]:10024", "submission")],
        };

        Make(routing, ("default", Control(DestinationTls.Required)));

        Problems.ShouldHaveSingleItem().Items.ShouldHaveSingleItem().Name.ShouldBe("default");
    }

    [Fact]
    public void Of_many_domains_at_one_next_hop_a_few_are_named()
    {
        var domains = Enumerable.Range(0, 500).Select(n => $"d{n:000}.example").ToArray();
        var routing = Routes([.. domains.Select(d => (d, Hop))]);
        AdministratorsLevel = "may";

        Make(routing, [.. domains.Select((d, n) => (d, Control(n == 0 ? DestinationTls.None : DestinationTls.Required)))]);

        Problems.ShouldHaveSingleItem().Message.ShouldContain(string.Join(", ", domains.Take(5)) + " and 495 others");
        Problems[0].Items.Count.ShouldBe(500);
    }

    [Theory]
    [InlineData(DestinationTls.None, true)]
    [InlineData(DestinationTls.Preferred, true)]
    [InlineData(DestinationTls.Required, true)]
    [InlineData(DestinationTls.RequiredVerify, false)]
    public void A_level_of_the_host_that_cannot_be_told_may_be_any(DestinationTls tls, bool refused)
    {
        AdministratorsLevel = null;

        Make(Host, ("a.example", Control(tls)));

        Problems.Select(p => p.Message.Contains("cannot be told")).ShouldBe(refused ? [true] : []);
    }

    [Theory]
    [InlineData("a.example", DestinationTls.Required, "may ask for more than encrypt")]
    [InlineData("a.example", DestinationTls.RequiredVerify, "")]
    [InlineData("default", DestinationTls.Required, "may be weaker")]
    public void Policies_of_the_host_that_cannot_be_listed_may_be_any(string name, DestinationTls tls, string said)
    {
        Make(Host with { UnlistedPolicies = ["ldap:x"] }, (name, Control(tls)));

        if (said.Length == 0) Problems.ShouldBeEmpty();
        else Problems.ShouldHaveSingleItem().Message.ShouldContain(said);
    }
}
