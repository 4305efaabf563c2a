using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Dane;

/// <summary>The rows of destinations with DANE, and what of a host stands against them.</summary>
public sealed class DaneRowsTests : PolicyRowsCase
{
    [Theory]
    [InlineData(DestinationTls.Preferred, DaneMode.Opportunistic, "dane")]
    [InlineData(DestinationTls.PreferredVerify, DaneMode.Opportunistic, "dane")]
    [InlineData(DestinationTls.Required, DaneMode.Mandatory, "dane-only")]
    [InlineData(DestinationTls.RequiredVerify, DaneMode.Mandatory, "dane-only")]
    [InlineData(DestinationTls.RequiredVerifyHostedDomains, DaneMode.Mandatory, "dane-only")]
    [InlineData(DestinationTls.RequiredVerify, DaneMode.None, "secure match=a.example:.a.example servername=hostname")]
    public void A_row_has_the_level_of_its_mode(DestinationTls tls, DaneMode mode, string row)
    {
        Make(Host, ("a.example", With(tls, mode))).Rows["a.example"].ShouldBe(row);
        Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(DaneMode.Opportunistic, "dane", DestinationTls.Preferred)]
    [InlineData(DaneMode.Mandatory, "dane-only", DestinationTls.RequiredVerify)]
    public void So_has_every_other_destination(DaneMode mode, string level, DestinationTls tls)
    {
        var rows = Make(Routes(("b.example", "[relay.example]")), ("default", With(tls, mode)));

        rows.DefaultLevel.ShouldBe(level);
        rows.DefaultMatch.ShouldBeNull();
        Problems.ShouldBeEmpty("DANE names nobody, and so holds for routed domains as well");
    }

    [Theory]
    [InlineData(DestinationTls.Required, DaneMode.Opportunistic)]
    [InlineData(DestinationTls.RequiredVerify, DaneMode.Opportunistic)]
    [InlineData(DestinationTls.Default, DaneMode.Opportunistic)]
    [InlineData(DestinationTls.None, DaneMode.Opportunistic)]
    [InlineData(DestinationTls.Preferred, DaneMode.Mandatory)]
    public void What_one_level_cannot_hold_is_refused(DestinationTls tls, DaneMode mode)
    {
        Make(Host, ("a.example", With(tls, mode)));

        Problems.ShouldHaveSingleItem().Items.ShouldHaveSingleItem().Name.ShouldBe("a.example");
    }

    [Fact]
    public void Names_to_match_are_refused_beside_it()
    {
        Make(Host, ("a.example", With(DestinationTls.RequiredVerify, DaneMode.Mandatory) with { Match = ["mx.example"] }));

        Problems.ShouldHaveSingleItem().Message.ShouldContain("Leave the list of names out");
    }

    [Theory]
    [InlineData("[10.0.0.1]", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("[10.0.0.1]:587", true)]
    [InlineData("10.0.0.1:587", true)]
    [InlineData("[ipv6:2001:db8::1]:25", true)]
    [InlineData("[relay.example]:587", false)]
    [InlineData("relay.example", false)]
    public void An_address_has_no_keys(string hop, bool refused)
    {
        Make(Routes(("a.example", hop)), ("a.example", With(DestinationTls.Required, DaneMode.Mandatory)));

        Problems.Count.ShouldBe(refused ? 1 : 0);
    }

    [Theory]
    [InlineData("smtp_dns_support_level", "enabled")]
    [InlineData("smtp_tls_dane_insecure_mx_policy", "may")]
    [InlineData("smtp_host_lookup", "native")]
    [InlineData("smtp_host_lookup", "dns, native")]
    [InlineData("ignore_mx_lookup_error", "yes")]
    [InlineData("smtp_dns_resolver_options", "res_defnames")]
    [InlineData("tls_dane_digests", "sha512")]
    [InlineData("smtp_tls_policy_maps", "hash:/x")]
    [InlineData("smtp_tls_wrappermode", "yes")]
    public void A_transport_whose_option_undoes_it_is_refused_by_the_option(string option, string value)
    {
        var routing = Host with
        {
            Transports = new Dictionary<string, MailTransport> { ["smtp"] = Transport("smtp", (option, value)) },
        };
        Make(routing, ("a.example", With(DestinationTls.Preferred, DaneMode.Opportunistic)), ("b.example", Control(DestinationTls.None)));

        var problem = Problems.First(p => p.Items.Single().Name == "a.example");
        problem.Message.ShouldContain(option);
        problem.LeavesLive.ShouldBeTrue();
    }

    [Theory]
    [InlineData("smtp_dns_support_level = disabled", true)]
    [InlineData("smtp_dns_support_level = $other", true)]
    [InlineData("smtp_dns_support_level = enabled", false)]
    [InlineData("disable_dns_lookups = yes", true)]
    [InlineData("smtp_tls_dane_insecure_mx_policy = encrypt", true)]
    [InlineData("smtp_tls_dane_insecure_mx_policy = may", false)]
    public void What_the_parameters_would_change_for_other_mail_stands_against_it(string line, bool refused)
    {
        Administrator.Add(line);
        Make(Host, ("a.example", With(DestinationTls.Preferred, DaneMode.Opportunistic)), ("b.example", Control(DestinationTls.Required)));

        Problems.Select(p => p.Items.Single().Name).ShouldBe(refused ? ["a.example"] : []);
    }

    [Theory]
    [InlineData(false, "outside")]
    [InlineData(true, "inside")]
    public void The_resolvers_that_count_are_those_where_the_transport_is(bool chrooted, string said)
    {
        var routing = Host with
        {
            Transports = new Dictionary<string, MailTransport> { ["smtp"] = Transport("smtp") with { IsChrooted = chrooted } },
            Unvalidated = new ResolverFault("outside"),
            UnvalidatedInChroot = new ResolverFault("inside"),
        };
        Make(routing, ("a.example", With(DestinationTls.Required, DaneMode.Mandatory)), ("b.example", Control(DestinationTls.Required)));

        var problem = Problems.ShouldHaveSingleItem();
        problem.Items.Single().Name.ShouldBe("a.example");
        problem.Message.ShouldContain(said);
    }

    /// <summary>Both stay live although they are refused: the one that has DANE must not lose it.</summary>
    [Fact]
    public void Of_two_that_share_a_next_hop_the_one_with_keys_counts()
    {
        var rows = Make(
            Routes(("a.example", "[relay.example]"), ("b.example", "[relay.example]")),
            ("a.example", With(DestinationTls.Preferred, DaneMode.Opportunistic)),
            ("b.example", Control(DestinationTls.Preferred)));

        Problems.ShouldHaveSingleItem().Items.Count.ShouldBe(2);
        rows.Rows["[relay.example]"].ShouldBe("dane");
    }

    [Theory]
    [InlineData("3.4.10", false)]
    [InlineData("3.4.11", true)]
    [InlineData("3.5.0", false)]
    [InlineData("3.5.1", true)]
    [InlineData("3.7.11", true)]
    [InlineData("3.11-20250101", true)]
    [InlineData("", false)]
    public void Versions_tell_whether_they_hear_of_validation(string version, bool hears) =>
        PostfixVersion.Parse(version).HearsOfValidation.ShouldBe(hears);

    private static DestinationControl With(DestinationTls tls, DaneMode mode) => new() { Tls = tls, Dane = mode };
}
