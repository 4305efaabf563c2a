using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

public sealed class PolicyRowsTests
{
    private readonly List<PartProblem> problems = [];
    private string administratorsLevel = "none";

    private static DestinationControl Control(DestinationTls tls, params string[] match) =>
        new() { Tls = tls, Match = match.Length > 0 ? match : null };

    private static Routing Routes(params (string Key, string Hop)[] routes) =>
        Host with { Routes = routes.ToDictionary(r => r.Key, r => Route.Parse("smtp:" + r.Hop, "transport_maps")) };

    private static Routing Host { get; } = new()
    {
        Transports = new Dictionary<string, MailTransport> { ["smtp"] = Transport("smtp"), ["relay"] = Transport("relay") },
    };

    private static MailTransport Transport(string name, params (string Name, string Value)[] options) =>
        new(name, TransportKind.Smtp, options.ToDictionary(o => o.Name, o => o.Value));

    private PolicyRows Make(Routing routing, params (string Domain, DestinationControl Control)[] controls) =>
        PolicyRows.Make(controls.ToDictionary(c => c.Domain, c => c.Control), routing, administratorsLevel, problems);

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
        problems.ShouldBeEmpty();
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
        problems.ShouldBeEmpty();
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
        problems.ShouldHaveSingleItem().Message.ShouldContain("a.example, b.example share the next hop [10.0.0.1]");
    }

    [Fact]
    public void A_domain_of_the_default_that_shares_a_next_hop_counts_too()
    {
        Make(Routes(("a.example", "[10.0.0.1]"), ("b.example", "[10.0.0.1]")), ("a.example", Control(DestinationTls.Required)));
        problems.ShouldHaveSingleItem().Code.ShouldBe("unsupported");
    }

    [Fact]
    public void A_relay_host_is_a_next_hop_for_everybody()
    {
        Make(
            Host with { RelayHost = "[relay.example]:587" },
            ("a.example", Control(DestinationTls.Required)));
        problems.ShouldHaveSingleItem().Message.ShouldContain("every other domain");
    }

    [Theory]
    [InlineData("default")]
    [InlineData(".example.org")]
    public void A_routed_domain_that_only_a_verifying_row_for_many_covers_is_unsupported(string row)
    {
        Make(Routes(("a.example.org", "[10.0.0.1]")), (row, Control(DestinationTls.RequiredVerify)));
        problems.ShouldHaveSingleItem().Message.ShouldContain("a.example.org is routed to [10.0.0.1]");
    }

    [Fact]
    public void An_own_list_needs_no_domain_and_covers_routed_ones()
    {
        Make(
            Routes(("a.example.org", "[10.0.0.1]")),
            (".example.org", Control(DestinationTls.RequiredVerify, "mx.example.net"))).Rows["[10.0.0.1]"]
            .ShouldBe("secure match=mx.example.net servername=hostname");
        problems.ShouldBeEmpty();
    }

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
        problems.ShouldBeEmpty();
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

        problems.ShouldHaveSingleItem().Message.ShouldContain("share the next hop [10.0.0.2]");
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

        problems.Select(p => p.Message).ShouldBe(
            stands ? [$"a.example can leave by the transport smtp (default_transport), and {Shown(option)} there stands against it."] : []);
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

        problems.ShouldHaveSingleItem().Items.ShouldHaveSingleItem().Name.ShouldBe("default");
    }

    [Fact]
    public void A_filter_keeps_the_level_that_it_has()
    {
        administratorsLevel = "may";
        var routing = Host with { Filters = [Route.Parse("smtp:[127.0.0.1]:10024", "content_filter")] };

        Make(routing, ("default", Control(DestinationTls.Required))).Rows["[127.0.0.1]:10024"].ShouldBe("may");
        Make(routing, ("a.example", Control(DestinationTls.Required))).Rows.ShouldNotContainKey("[127.0.0.1]:10024");
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_next_hop_that_is_a_domain_of_its_own_has_one_policy_for_both()
    {
        var routing = Routes(("a.example", "mx.b.example"));

        Make(routing, ("a.example", Control(DestinationTls.Required)), (".b.example", Control(DestinationTls.None)));

        problems.ShouldHaveSingleItem().Message.ShouldContain("share the next hop mx.b.example");
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

        if (said.Length == 0) problems.ShouldBeEmpty();
        else problems.ShouldHaveSingleItem().Message.ShouldContain(said);
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
        administratorsLevel = level;

        Make(Host, ("a.example", Control(tls)));

        problems.Count.ShouldBe(refused ? 1 : 0);
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

        problems.Count.ShouldBe(refused ? 1 : 0);
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

        problems.Count.ShouldBe(refused ? 1 : 0);
    }

    [Fact]
    public void Whoever_turns_off_TLS_that_was_offered_is_told()
    {
        administratorsLevel = "may";

        Make(Host, ("a.example", Control(DestinationTls.None)), ("b.example", Control(DestinationTls.Preferred))).Warnings
            .ShouldHaveSingleItem()
            .ShouldContain("a.example");
        problems.ShouldBeEmpty();
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
        problems.ShouldBeEmpty();
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
        problems.ShouldBeEmpty();
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

        problems.Count.ShouldBe(refused ? 1 : 0);
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

        problems.ShouldBeEmpty();
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

        problems.Count.ShouldBe(refused ? 1 : 0);
    }

    private static string Shown(string option) => option == "smtp_tls_wrappermode" ? $"{option}=x" : $"-o {option}=x";

    [Theory]
    [InlineData("not a domain")]
    [InlineData("a.example secure")]
    [InlineData("a.example\nb.example none")]
    public void What_is_no_domain_never_reaches_the_map(string name)
    {
        Make(Routing.None, (name, Control(DestinationTls.None))).Text.ShouldBe("");
        problems.ShouldHaveSingleItem().Code.ShouldBe("invalid-part");
    }

    [Fact]
    public void Names_that_Postfix_cannot_match_are_refused()
    {
        Make(Routing.None, ("a.example", Control(DestinationTls.RequiredVerify, "x protocols=!TLSv1.3")));
        problems.ShouldHaveSingleItem().Code.ShouldBe("unsupported");
    }

    [Fact]
    public void Dane_and_own_client_certificates_are_refused()
    {
        Make(
            Routing.None,
            ("a.example", new DestinationControl { Tls = DestinationTls.Required, Dane = DaneMode.Mandatory, Certificate = "c" }));
        problems.Count.ShouldBe(2);
        problems.ShouldAllBe(p => p.Code == "unsupported");
    }
}
