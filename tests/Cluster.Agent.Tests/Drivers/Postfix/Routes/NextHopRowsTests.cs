using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>Every way of a domain has its policy, or what stands against it is named.</summary>
public sealed class NextHopRowsTests : PolicyRowsCase
{
    [Fact]
    public void Every_way_of_a_domain_has_its_policy()
    {
        var routing = Host with
        {
            Routes = new Dictionary<string, Route>
            {
                ["a.example"] = Route.Parse("smtp:[10.0.0.1], [10.0.0.2]", "transport_maps"),
                ["boss@a.example"] = Route.Parse("smtp:[10.0.0.3]", "transport_maps"),
                ["u+x@a.example"] = Route.Parse(":[10.0.0.4]", "transport_maps"),
            },
            SenderTransports = [Route.Parse("relay:[10.0.0.9]", "sender_dependent_default_transport_maps")],
            Parameters = new Dictionary<string, string> { ["smtp_fallback_relay"] = "[10.0.0.5]" },
            Asked = new Dictionary<string, Way> { ["a.example"] = new Way("smtp", "[10.0.0.6]", "asked") },
        };

        var rows = Make(routing, ("a.example", Control(DestinationTls.Required)), ("default", Control(DestinationTls.Required)));

        rows.Rows.Keys.ShouldBe([.. Enumerable.Range(1, 6).Select(n => $"[10.0.0.{n}]"), "a.example"], ignoreOrder: true);
        Problems.ShouldBeEmpty();
    }

    [Fact]
    public void What_transport_maps_leave_as_it_is_goes_as_everything_else()
    {
        var routing = Routes(("b.example", "[10.0.0.1]")) with { RelayHost = "[10.0.0.2]" };
        var noop = routing with
        {
            Routes = new Dictionary<string, Route>(routing.Routes) { ["a.example"] = Route.Parse(":", "transport_maps") },
        };

        Make(noop, ("a.example", Control(DestinationTls.Required)), ("default", Control(DestinationTls.None)));

        Problems.ShouldHaveSingleItem().Message.ShouldContain("share the next hop [10.0.0.2]");
    }

    [Theory]
    [InlineData("default_transport's own next hop", "[10.0.0.7]")]
    [InlineData("relayhost", "[10.0.0.2]")]
    public void A_next_hop_of_default_transport_counts_more_than_relayhost(string what, string hop)
    {
        var routing = Host with
        {
            RelayHost = "[10.0.0.2]",
            Default = Route.Parse(what == "relayhost" ? "smtp" : "smtp:" + hop, "default_transport"),
            Relay = Route.Parse("smtp:" + hop, "relay_transport"),
        };

        routing.WaysOf("a.example").Select(w => w.NextHop).ShouldBe([hop]);
    }

    [Theory]
    [InlineData("smtp_tls_policy_maps", DestinationTls.Required, true)]
    [InlineData("smtp_tls_CAfile", DestinationTls.RequiredVerify, true)]
    [InlineData("smtp_tls_CAfile", DestinationTls.Required, false)]
    [InlineData("smtp_tls_security_level", DestinationTls.Required, false)]
    [InlineData("smtp_tls_wrappermode", DestinationTls.Preferred, true)]
    [InlineData("smtp_tls_wrappermode", DestinationTls.Required, false)]
    [InlineData("syslog_name", DestinationTls.RequiredVerify, false)]
    public void An_option_of_a_transport_that_undoes_a_mode_is_named(string option, DestinationTls tls, bool stands)
    {
        var routing = Host with
        {
            Transports = new Dictionary<string, MailTransport>
            {
                ["smtp"] = Transport("smtp", (option, "x")), ["relay"] = Transport("relay"),
            },
        };

        Make(routing, ("a.example", Control(tls)));

        Problems.Select(p => p.Message).ShouldBe(
            stands
                ? [$"a.example can leave by the transport smtp (default_transport), and {Shown(option)} there undoes what its policy says. "
                    + "Take the option away, or route it by another transport."]
                : []);
    }

    [Theory]
    [InlineData("smtp_tls_security_level")]
    [InlineData("smtp_use_tls")]
    public void An_option_that_undoes_the_level_of_all_others_stands_against_the_default(string option)
    {
        var routing = Host with
        {
            Transports = new Dictionary<string, MailTransport> { ["smtp"] = Transport("smtp", (option, "x")) },
        };

        Make(routing, ("default", Control(DestinationTls.Required)));

        Problems.ShouldHaveSingleItem().Items.ShouldHaveSingleItem().Name.ShouldBe("default");
    }

    [Fact]
    public void A_filter_keeps_the_level_that_it_has()
    {
        AdministratorsLevel = "may";
        var routing = Host with { Filters = [Route.Parse("smtp:[127.0.0.1]:10024", "content_filter")] };

        Make(routing, ("default", Control(DestinationTls.Required))).Rows["[127.0.0.1]:10024"].ShouldBe("may");
        Make(routing, ("a.example", Control(DestinationTls.Required))).Rows.ShouldNotContainKey("[127.0.0.1]:10024");
        Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_next_hop_that_is_a_domain_of_its_own_has_one_policy_for_both()
    {
        var routing = Routes(("a.example", "mx.b.example"));

        Make(routing, ("a.example", Control(DestinationTls.Required)), (".b.example", Control(DestinationTls.None)));

        Problems.ShouldHaveSingleItem().Message.ShouldContain("share the next hop mx.b.example");
    }

    [Theory]
    [InlineData("[10.0.0.1]", "encrypt", "a.example", DestinationTls.Preferred, "lower")]
    [InlineData("[10.0.0.1]", "dane", "a.example", DestinationTls.Required, "lower")]
    [InlineData("[10.0.0.1]", "encrypt", "a.example", DestinationTls.Required, "")]
    [InlineData("sub.example", "none", ".example", DestinationTls.Required, "weaker")]
    [InlineData(".deep.sub.example", "may", ".example", DestinationTls.Required, "weaker")]
    [InlineData("sub.example", "none", "a.example", DestinationTls.Required, "")]
    [InlineData("any.test", "may", "default", DestinationTls.Required, "weaker")]
    [InlineData("any.test", "dane", "default", DestinationTls.Required, "weaker")]
    [InlineData("any.test", "secure", "default", DestinationTls.Required, "")]
    public void No_policy_of_the_administrator_is_lowered_or_goes_before_a_stronger_one(
        string nextHop, string own, string control, DestinationTls tls, string said)
    {
        var routing = Routes(("a.example", "[10.0.0.1]")) with { Policies = [new OwnPolicy(nextHop, own, "hash:/etc/postfix/tls")] };

        Make(routing, (control, Control(tls)));

        if (said.Length == 0) Problems.ShouldBeEmpty();
        else Problems.ShouldHaveSingleItem().Message.ShouldContain(said);
    }

    [Theory]
    [InlineData("encrypt", DestinationTls.Preferred, true)]
    [InlineData("dane", DestinationTls.Required, true)]
    [InlineData("dane", DestinationTls.RequiredVerify, false)]
    [InlineData("may", DestinationTls.Required, false)]
    [InlineData("may", DestinationTls.None, false)]
    [InlineData("encrypt", DestinationTls.None, true)]
    public void The_level_of_the_host_is_not_lowered(string level, DestinationTls tls, bool refused)
    {
        AdministratorsLevel = level;

        Make(Host, ("a.example", Control(tls)));

        Problems.Count.ShouldBe(refused ? 1 : 0);
    }

    [Theory]
    [InlineData("smtp_tls_security_level", "encrypt", DestinationTls.Preferred, true)]
    [InlineData("smtp_tls_security_level", "encrypt", DestinationTls.Required, false)]
    [InlineData("smtp_tls_security_level", "may", DestinationTls.None, false)]
    [InlineData("smtp_tls_security_level", "$mine", DestinationTls.Required, true)]
    [InlineData("smtp_enforce_tls", "yes", DestinationTls.Preferred, true)]
    public void A_stronger_option_of_a_transport_is_not_lowered(string option, string value, DestinationTls tls, bool refused)
    {
        var routing = Routes(("a.example", "[10.0.0.1]")) with
        {
            Transports = new Dictionary<string, MailTransport> { ["smtp"] = Transport("smtp", (option, value)) },
        };

        Make(routing, ("a.example", Control(tls)));

        Problems.Count.ShouldBe(refused ? 1 : 0);
    }

    /// <summary>Each of these asks for more by itself, and is named as such; a destination that overrides it is written down.</summary>
    [Theory]
    [InlineData("policy")]
    [InlineData("unlisted")]
    [InlineData("level")]
    [InlineData("unknown level")]
    [InlineData("option")]
    public void What_the_host_asks_for_is_lowered_only_where_the_destination_says_so(string stronger)
    {
        AdministratorsLevel = stronger switch { "level" => "encrypt", "unknown level" => null, _ => "none" };
        var transport = stronger == "option" ? Transport("smtp", ("smtp_tls_security_level", "encrypt")) : Transport("smtp");
        var routing = Routes(("a.example", "[10.0.0.1]")) with
        {
            Transports = new Dictionary<string, MailTransport> { ["smtp"] = transport },
            Policies = stronger == "policy" ? [new OwnPolicy("[10.0.0.1]", "encrypt", "hash:/etc/postfix/tls")] : [],
            UnlistedPolicies = stronger == "unlisted" ? ["ldap:x"] : [],
        };

        Make(routing, ("a.example", Control(DestinationTls.Preferred)));
        Problems.ShouldHaveSingleItem().Code.ShouldBe(ApplyCodes.HostPolicyStronger);
        Problems[0].Message.ShouldContain("overrideHostPolicy");
        Problems.Clear();

        Make(routing, ("a.example", Control(DestinationTls.Preferred) with { OverrideHostPolicy = true })).Rows["[10.0.0.1]"]
            .ShouldBe("may");
        Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("local", true)]
    [InlineData("smtp", false)]
    public void A_map_of_local_delivery_that_cannot_be_listed_matters_for_what_may_be_local(string transport, bool refused)
    {
        var local = new MailTransport("local", TransportKind.Stays, new Dictionary<string, string>()) { IsLocal = true };
        var routing = Host with
        {
            UnlistedHosted = ["ldap:x (mailbox_transport_maps)"],
            Transports = new Dictionary<string, MailTransport>(Host.Transports) { ["local"] = local },
            Asked = new Dictionary<string, Way> { ["a.example"] = new Way(transport, "", "asked") },
        };

        Make(routing, ("a.example", Control(DestinationTls.Required)));

        Problems.Count.ShouldBe(refused ? 1 : 0);
    }

    [Fact]
    public void Whoever_turns_off_TLS_that_was_offered_is_told()
    {
        AdministratorsLevel = "may";

        Make(Host, ("a.example", Control(DestinationTls.None)), ("b.example", Control(DestinationTls.Preferred))).Warnings
            .ShouldHaveSingleItem()
            .ShouldContain("a.example");
        Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Mail_that_Postfix_hands_on_is_a_way_of_its_domain()
    {
        var local = new MailTransport("local", TransportKind.Stays, new Dictionary<string, string>()) { IsLocal = true };
        var routing = Host with
        {
            Transports = new Dictionary<string, MailTransport>(Host.Transports) { ["local"] = local },
            Hosted = [Route.Parse("smtp:[10.0.0.8]", "fallback_transport")],
            Asked = new Dictionary<string, Way>
            {
                ["a.example"] = new Way("local", "gw.example", "asked"), ["b.example"] = new Way("smtp", "", "asked"),
            },
        };

        routing.WaysOf("a.example").ShouldContain(w => w.NextHop == "[10.0.0.8]");
        routing.WaysOf("b.example").ShouldNotContain(w => w.NextHop == "[10.0.0.8]");
        routing.WaysOf(".c.example").ShouldContain(w => w.NextHop == "[10.0.0.8]", "nobody knows whose it is");
    }

    [Fact]
    public void Several_relay_hosts_are_several_next_hops()
    {
        var routing = Host with
        {
            RelayHost = "[10.0.0.1]:587, [10.0.0.2]",
            Asked = new Dictionary<string, Way> { ["a.example"] = new Way("smtp", "[10.0.0.3] [10.0.0.4]", "asked") },
        };

        routing.WaysOf("a.example").Select(w => w.NextHop).Distinct()
            .ShouldBe(["[10.0.0.1]:587", "[10.0.0.2]", "[10.0.0.3]", "[10.0.0.4]"], ignoreOrder: true);
    }

    [Fact]
    public void Mail_that_this_host_is_the_best_MX_for_is_passed_on()
    {
        var routing = Routes(("b.example", "[10.0.0.1]")) with { BestMx = Route.Parse("smtp:[10.0.0.9]", "best_mx_transport") };

        routing.WaysOf("a.example").ShouldContain(w => w.NextHop == "[10.0.0.9]");
        routing.WaysOf("b.example").ShouldNotContain(w => w.NextHop == "[10.0.0.9]", "it does not go by MX");
    }

    [Fact]
    public void A_route_of_an_internationalised_domain_leaves_its_other_form_as_it_is()
    {
        var routing = Routes(("xn--bcher-kva.example", "[10.0.0.1]"), ("a.example", "[10.0.0.1]")) with { RelayHost = "[10.0.0.2]" };

        routing.WaysOf("xn--bcher-kva.example").Select(w => w.NextHop).Distinct().ShouldBe(["[10.0.0.1]", "[10.0.0.2]"]);
        routing.WaysOf("a.example").Select(w => w.NextHop).Distinct().ShouldBe(["[10.0.0.1]"]);
    }

    [Fact]
    public void A_filter_whose_level_is_empty_has_none()
    {
        var routing = Host with
        {
            Filters = [Route.Parse("amavis:[127.0.0.1]:10024", "content_filter")],
            Transports = new Dictionary<string, MailTransport>(Host.Transports)
            {
                ["amavis"] = Transport("amavis", ("smtp_tls_security_level", "")),
            },
        };

        Make(routing, ("default", Control(DestinationTls.Required))).Rows["[127.0.0.1]:10024"].ShouldBe("none");
        Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_filter_with_a_policy_of_the_administrator_keeps_that()
    {
        var routing = Host with
        {
            Filters = [Route.Parse("smtp:[10.0.0.1]:25", "content_filter")],
            Policies = [new OwnPolicy("[10.0.0.1]:25", "encrypt", "hash:/etc/postfix/tls")],
        };

        Make(routing, ("default", Control(DestinationTls.Required))).Rows.ShouldNotContainKey("[10.0.0.1]:25");
        Problems.ShouldBeEmpty();
    }

    /// <summary>By a route that nobody sees, other mail could have the row of a domain without TLS.</summary>
    [Theory]
    [InlineData(DestinationTls.Required, true)]
    [InlineData(null, false)]
    public void No_TLS_is_refused_beside_a_stricter_default_where_routes_cannot_be_listed(DestinationTls? all, bool refused)
    {
        var routing = Host with { Unlisted = ["ldap:x (transport_maps)"] };
        var controls = new List<(string, DestinationControl)> { ("a.example", Control(DestinationTls.None)) };
        if (all is { } tls) controls.Add(("default", Control(tls)));

        Make(routing, [.. controls]);

        Problems.Count.ShouldBe(refused ? 1 : 0);
    }

    [Fact]
    public void A_filter_that_is_a_program_is_no_way_of_a_domain()
    {
        var routing = Host with
        {
            Filters = [Route.Parse("spamassassin", "content_filter")],
            Transports = new Dictionary<string, MailTransport>(Host.Transports)
            {
                ["spamassassin"] = new MailTransport("spamassassin", TransportKind.Program, new Dictionary<string, string>()),
            },
        };

        Make(routing, ("a.example", Control(DestinationTls.Required)));

        Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(TransportKind.Lmtp, "inet:store:24", true)]
    [InlineData(TransportKind.Lmtp, "unix:private/store", false)]
    [InlineData(TransportKind.Program, "", true)]
    [InlineData(TransportKind.Stays, "", false)]
    public void Where_no_SMTP_is_spoken_nothing_is_promised_of_a_domain_that_is_named(object kind, string hop, bool refused)
    {
        var routing = Host with
        {
            Routes = new Dictionary<string, Route> { ["a.example"] = Route.Parse("own:" + hop, "transport_maps") },
            Transports = new Dictionary<string, MailTransport>(Host.Transports)
            {
                ["own"] = new MailTransport("own", (TransportKind)kind, new Dictionary<string, string>()),
            },
        };

        Make(routing, ("a.example", Control(DestinationTls.Required)));

        Problems.Count.ShouldBe(refused ? 1 : 0);
    }

    private static string Shown(string option) => option == "smtp_tls_wrappermode" ? $"{option}=x" : $"-o {option}=x";
}
