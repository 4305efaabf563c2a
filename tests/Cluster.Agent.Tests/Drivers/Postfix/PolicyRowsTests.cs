using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

public sealed class PolicyRowsTests : PolicyRowsCase
{
    [Theory]
    [InlineData(DestinationTls.None, "none")]
    [InlineData(DestinationTls.Preferred, "may")]
    [InlineData(DestinationTls.PreferredVerify, "may")]
    [InlineData(DestinationTls.Required, "encrypt")]
    [InlineData(DestinationTls.RequiredVerify, "secure match=example.org:.example.org servername=hostname")]
    [InlineData(DestinationTls.RequiredVerifyHostedDomains, "secure match=example.org:.example.org:hostname servername=hostname")]
    public void Each_mode_has_its_row(DestinationTls tls, string value)
    {
        Make(Routing.None, ("Example.ORG", Control(tls))).Text.ShouldBe($"example.org {value}\n");
        Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.36")]
    [InlineData(".0.0.36")]
    public void An_address_is_refused_since_mail_to_one_is_looked_up_otherwise(string name)
    {
        Make(Routing.None, (name, Control(DestinationTls.Required)), ("example.org", Control(DestinationTls.Required)));
        var problem = Problems.ShouldHaveSingleItem();
        problem.Items.ShouldBe([new ItemName(DestinationControl.Kind, name)]);
        problem.Message.ShouldContain("Name the domain");
        problem.LeavesLive.ShouldBeTrue("what an older agent applied holds nothing else back");
    }

    [Fact]
    public void Sub_domains_are_verified_by_the_next_hop() =>
        Make(Routing.None, (".example.org", Control(DestinationTls.RequiredVerify))).Text.ShouldBe(
            ".example.org secure match=nexthop:dot-nexthop servername=hostname\n");

    [Fact]
    public void An_own_list_replaces_the_names() =>
        Make(Routing.None, ("b\u00fccher.example", Control(DestinationTls.RequiredVerify, "mx.example.net", ".example.com"))).Text
            .ShouldBe(
                "xn--bcher-kva.example secure match=mx.example.net:.example.com servername=hostname\n"
                + "b\u00fccher.example secure match=mx.example.net:.example.com servername=hostname\n");

    [Fact]
    public void The_default_row_is_the_level_for_everybody_else()
    {
        var rows = Make(
            Routing.None, ("default", Control(DestinationTls.RequiredVerifyHostedDomains)), ("a.example", Control(DestinationTls.Default)));
        rows.DefaultLevel.ShouldBe("secure");
        rows.DefaultMatch.ShouldBe("nexthop, dot-nexthop, hostname");
        rows.Text.ShouldBe("a.example secure match=a.example:.a.example:hostname servername=hostname\n");
    }

    [Fact]
    public void A_routed_domain_gets_a_row_for_the_literal_next_hop_too()
    {
        Make(Routes(("a.example", "[127.0.0.1]:2525")), ("a.example", Control(DestinationTls.RequiredVerify))).Rows
            .ShouldBe(new Dictionary<string, string>
            {
                ["[127.0.0.1]:2525"] = "secure match=a.example:.a.example servername=hostname",
                ["a.example"] = "secure match=a.example:.a.example servername=hostname",
            });
        Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_route_of_sub_domains_carries_their_policy() =>
        Make(Routes((".a.example", "[10.0.0.1]")), (".a.example", Control(DestinationTls.Required))).Rows["[10.0.0.1]"].ShouldBe("encrypt");

    [Fact]
    public void Domains_that_share_a_next_hop_but_differ_are_unsupported()
    {
        Make(
            Routes(("a.example", "[10.0.0.1]"), ("b.example", "[10.0.0.1]")),
            ("a.example", Control(DestinationTls.Required)),
            ("b.example", Control(DestinationTls.None)));
        Problems.ShouldHaveSingleItem().Message.ShouldContain("a.example, b.example share the next hop [10.0.0.1]");
    }

    [Fact]
    public void A_domain_of_the_default_that_shares_a_next_hop_counts_too()
    {
        Make(Routes(("a.example", "[10.0.0.1]"), ("b.example", "[10.0.0.1]")), ("a.example", Control(DestinationTls.Required)));
        Problems.ShouldHaveSingleItem().Code.ShouldBe("unsupported");
    }

    [Fact]
    public void A_relay_host_is_a_next_hop_for_everybody()
    {
        Make(
            Host with { RelayHost = "[relay.example]:587" },
            ("a.example", Control(DestinationTls.Required)));
        Problems.ShouldHaveSingleItem().Message.ShouldContain("every other domain");
    }

    [Theory]
    [InlineData("default")]
    [InlineData(".example.org")]
    public void A_routed_domain_that_only_a_verifying_row_for_many_covers_is_unsupported(string row)
    {
        Make(Routes(("a.example.org", "[10.0.0.1]")), (row, Control(DestinationTls.RequiredVerify)));
        Problems.ShouldHaveSingleItem().Message.ShouldContain("a.example.org is routed to [10.0.0.1]");
    }

    [Fact]
    public void An_own_list_needs_no_domain_and_covers_routed_ones()
    {
        Make(
            Routes(("a.example.org", "[10.0.0.1]")),
            (".example.org", Control(DestinationTls.RequiredVerify, "mx.example.net"))).Rows["[10.0.0.1]"]
            .ShouldBe("secure match=mx.example.net servername=hostname");
        Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("not a domain")]
    [InlineData("a.example secure")]
    [InlineData("a.example\nb.example none")]
    public void What_is_no_domain_never_reaches_the_map(string name)
    {
        Make(Routing.None, (name, Control(DestinationTls.None))).Text.ShouldBe("");
        Problems.ShouldHaveSingleItem().Code.ShouldBe("invalid-part");
    }

    [Fact]
    public void Names_that_Postfix_cannot_match_are_refused()
    {
        Make(Routing.None, ("a.example", Control(DestinationTls.RequiredVerify, "x protocols=!TLSv1.3")));
        Problems.ShouldHaveSingleItem().Code.ShouldBe("unsupported");
    }
}
