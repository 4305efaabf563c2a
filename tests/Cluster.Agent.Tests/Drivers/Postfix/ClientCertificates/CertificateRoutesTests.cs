using Cluster.Agent.Drivers.Postfix.ClientCertificates;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.ClientCertificates;

/// <summary>Which destinations can have a client certificate of their own, and the routes that lead to it.</summary>
public sealed class CertificateRoutesTests : PolicyRowsCase
{
    private static readonly OwnTransport Copy = new("smtp", "c");

    [Fact]
    public void Mail_by_MX_stays_mail_by_MX() => Route(Plain).ShouldBe($"{Copy.Name}:");

    [Fact]
    public void A_relay_host_stays_the_next_hop() =>
        Route(Plain with { RelayHost = "[relay.example]:587" }).ShouldBe($"{Copy.Name}:[relay.example]:587");

    [Fact]
    public void A_relay_domain_has_a_copy_of_the_relay_transport() =>
        Route(Of(DomainClass.Relayed, new Way("relay", "", "asked"))).ShouldBe($"{new OwnTransport("relay", "c").Name}:");

    [Fact]
    public void A_host_to_fall_back_to_is_one_of_the_transport_and_no_other_way() =>
        Route(Plain with { Parameters = new Dictionary<string, string> { ["smtp_fallback_relay"] = "[fallback.example]" } })
            .ShouldBe($"{Copy.Name}:");

    [Fact]
    public void An_internationalised_domain_stands_there_in_both_forms()
    {
        const string name = "xn--bcher-kva.example";
        var routing = Plain with
        {
            Asked = new Dictionary<string, Way> { [name] = new("smtp", "", "asked") },
            Classes = new Dictionary<string, DomainClass> { [name] = DomainClass.Other },
        };

        Make("bücher.example", routing).Text.ShouldBe($"{name} {Copy.Name}:\nbücher.example {Copy.Name}:\n");
    }

    [Fact]
    public void One_certificate_and_one_transport_make_one_copy()
    {
        var routing = Plain with
        {
            Classes = new Dictionary<string, DomainClass> { ["a.example"] = DomainClass.Other, ["b.example"] = DomainClass.Other },
        };
        var controls = new[] { "a.example", "b.example" }.ToDictionary(d => d, _ => Certified);

        var routes = CertificateRoutes.Make(controls, routing, Problems);

        routes.Transports.ShouldHaveSingleItem();
        routes.Rows.Count.ShouldBe(2);
    }

    public static TheoryData<string, string> Against => new()
    {
        { "user", "boss" },
        { "sender's relay", "sender_dependent_relayhost_maps" },
        { "sender's transport", "sender_dependent_default_transport_maps" },
        { "two hops", "more than one way" },
        { "best MX", "best_mx_transport" },
        { "filter", "content_filter" },
        { "unlisted", "regexp:x" },
        { "parents", "parent_domain_matches_subdomains" },
        { "resolver", "trivial-rewrite" },
        { "program", "not smtp" },
        { "hosted", "belongs to this host" },
        { "stopped", "has not told" },
        { "not reloaded", "Reload Postfix" },
    };

    [Theory]
    [MemberData(nameof(Against))]
    public void What_gives_mail_another_way_stands_against_it_by_name(string what, string said)
    {
        var routing = Host(what);

        Make("a.example", routing).Rows.ShouldBeEmpty();

        var problem = Problems.ShouldHaveSingleItem();
        problem.Items.Single().Name.ShouldBe("a.example");
        problem.Message.ShouldContain(said);
        problem.LeavesLive.ShouldBeTrue();
    }

    /// <summary>A peer that takes mail by its certificate alone must not lose it for a change that somebody made on the host.</summary>
    [Theory]
    [InlineData("user")]
    [InlineData("stopped")]
    public void What_is_live_already_stays_as_it_was(string what)
    {
        var routing = Host(what) with
        {
            OwnRoutes = new Dictionary<string, OwnRoute> { ["a.example"] = new(Copy.Name, "smtp", "[old.example]") },
        };

        var routes = Make("a.example", routing);

        Problems.ShouldHaveSingleItem();
        routes.Rows["a.example"].ShouldBe($"{Copy.Name}:[old.example]");
        routes.Seen(routing).WaysOf("a.example").ShouldContain(w => w.NextHop == "[old.example]", "its policy must hold there, too");
    }

    [Fact]
    public void What_was_live_with_another_certificate_does_not()
    {
        var routing = Host("user") with
        {
            OwnRoutes = new Dictionary<string, OwnRoute> { ["a.example"] = new(new OwnTransport("smtp", "d").Name, "smtp", "") },
        };

        Make("a.example", routing).Rows.ShouldBeEmpty();
    }

    [Fact]
    public void Sub_domains_are_refused()
    {
        Make(".a.example", Plain).Rows.ShouldBeEmpty();

        Problems.ShouldHaveSingleItem().Message.ShouldContain("a destination control of its own");
    }

    [Fact]
    public void An_answer_that_is_ours_is_no_other_way()
    {
        var routing = Plain with
        {
            Asked = new Dictionary<string, Way> { ["a.example"] = new("smtp", "[old.example]", "asked") { IsOurs = true } },
        };

        var routes = Make("a.example", routing);

        routes.Rows["a.example"].ShouldBe($"{Copy.Name}:");
        routes.Seen(routing).WaysOf("a.example").ShouldNotContain(w => w.NextHop == "[old.example]");
    }

    private static DestinationControl Certified { get; } = new() { Tls = DestinationTls.Required, Certificate = "c" };

    private static Routing Plain { get; } = Of(DomainClass.Other, asked: null);

    private static Routing Of(DomainClass kind, Way? asked) => PolicyRowsCase.Host with
    {
        Classes = new Dictionary<string, DomainClass> { ["a.example"] = kind },
        Asked = asked is null ? new Dictionary<string, Way>() : new Dictionary<string, Way> { ["a.example"] = asked },
    };

    private static new Routing Host(string what) => what switch
    {
        "user" => Plain with { Routes = Key("boss@a.example", "smtp:[10.0.0.1]", "boss") },
        "sender's relay" => Plain with { SenderRelays = [Parsed(":[10.0.0.1]", "sender_dependent_relayhost_maps")] },
        "sender's transport" => Plain with { SenderTransports = [Parsed("smtp:[10.0.0.1]", "sender_dependent_default_transport_maps")] },
        "two hops" => Plain with { Routes = Key("a.example", "smtp:[10.0.0.1], [10.0.0.2]", "x") },
        "best MX" => Plain with { BestMx = Parsed("smtp:[10.0.0.1]", "best_mx_transport") },
        "filter" => Plain with { Filters = [Parsed("relay:", "content_filter")] },
        "unlisted" => Plain with { Unlisted = ["regexp:x (transport_maps)"] },
        "parents" => Plain with { ParentsMatch = true },
        "resolver" => Plain with { ResolverHasRoutes = true },
        "program" => Plain with { Routes = Key("a.example", "procmail:", "x") },
        "hosted" => Of(DomainClass.Hosted, new Way("local", "", "asked")),
        "stopped" => Of(DomainClass.Unknown, asked: null),
        _ => Of(DomainClass.Other, new Way("smtp", "[10.0.0.9]", "asked")),
    };

    private static Dictionary<string, Route> Key(string key, string route, string source) => new() { [key] = Parsed(route, source) };

    private static Route Parsed(string route, string source) => Agent.Drivers.Postfix.Routes.Route.Parse(route, source);

    private string Route(Routing routing)
    {
        var row = Make("a.example", routing).Rows["a.example"];
        Problems.ShouldBeEmpty();
        return row;
    }

    private CertificateRoutes Make(string name, Routing routing) =>
        CertificateRoutes.Make(new Dictionary<string, DestinationControl> { [name] = Certified }, routing, Problems);
}
