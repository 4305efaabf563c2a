using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>What mail that is sent past its routes means for what is promised of its destination.</summary>
public sealed class FilterHopsTests : PolicyRowsCase
{
    private const string Elsewhere = "[10.0.0.9]:10024";

    [Theory]
    [InlineData("smtp:[127.0.0.1]:10024", "none", DestinationTls.Required, false)]
    [InlineData("smtp:[::1]:10024", "none", DestinationTls.Required, false)]
    [InlineData("smtp:[ipv6:::1]:10024", "none", DestinationTls.Required, false)]
    [InlineData("smtp:localhost:10024", "none", DestinationTls.Required, false)]
    [InlineData("smtp:[10.0.0.9]:10024", "none", DestinationTls.Required, true)]
    [InlineData("smtp:[10.0.0.9]:10024", "may", DestinationTls.Required, true)]
    [InlineData("smtp:[127.0.0.1]:1, [10.0.0.9]:1", "may", DestinationTls.Required, true)]
    [InlineData("smtp:filter.example", "encrypt", DestinationTls.Required, false)]
    [InlineData("smtp:filter.example", "encrypt", DestinationTls.RequiredVerify, true)]
    [InlineData("smtp:filter.example", "none", DestinationTls.None, false)]
    [InlineData("smtp:filter.example", "none", DestinationTls.Preferred, false)]
    [InlineData("lmtp:inet:10.0.0.9:24", "encrypt", DestinationTls.Required, true)]
    [InlineData("lmtp:unix:/run/filter", "none", DestinationTls.Required, false)]
    [InlineData("spamassassin:dummy", "none", DestinationTls.Required, false)]
    [InlineData("no-such:filter.example", "none", DestinationTls.Required, false)]
    public void A_filter_on_another_host_of_which_less_is_asked_stands_against_a_destination(
        string filter, string level, DestinationTls tls, bool refused)
    {
        AdministratorsLevel = level;
        Make(With(filter), ("a.example", Control(tls)));
        Problems.RemoveAll(p => p.Code == "host-policy-stronger");

        Problems.Select(p => (p.Items.Single().Name, p.LeavesLive)).ShouldBe(refused ? [("a.example", true)] : []);
        if (refused) Problems[0].Message.ShouldContain($"by the transport {filter.Split(':')[0]} (header_checks)");
    }

    [Theory]
    [InlineData("127.0.0.1:10025", DestinationTls.Required, false)]
    [InlineData("inet:[::1]:10025", DestinationTls.Required, false)]
    [InlineData("unix:/run/proxy", DestinationTls.Required, false)]
    [InlineData("10025", DestinationTls.Required, false)]
    [InlineData(":10025", DestinationTls.Required, false)]
    [InlineData("10.0.0.9:10025", DestinationTls.Required, true)]
    [InlineData("inet:proxy.example:10025", DestinationTls.RequiredVerify, true)]
    [InlineData("10.0.0.9:10025", DestinationTls.Preferred, false)]
    public void A_proxy_on_another_host_gets_everything_in_clear(string proxy, DestinationTls tls, bool refused)
    {
        var routing = new Routing { Proxies = [new Route("", proxy, "smtpd_proxy_filter of submission/inet in master.cf")] };
        Make(routing, ("a.example", Control(tls)));
        Problems.RemoveAll(p => p.Code == "host-policy-stronger");

        Problems.Count.ShouldBe(refused ? 1 : 0);
        if (refused) Problems[0].Message.ShouldContain($"handed to {proxy} (smtpd_proxy_filter of submission/inet in master.cf)");
    }

    [Theory]
    [InlineData(".example")]
    [InlineData("default")]
    public void It_stands_against_what_many_domains_have_too(string name)
    {
        Make(With("smtp:" + Elsewhere), (name, Control(DestinationTls.Required)));

        Problems.Select(p => p.Items.Single().Name).Distinct().ShouldBe([name]);
    }

    [Theory]
    [InlineData("encrypt", false)]
    [InlineData("none", true)]
    public void Its_own_policy_counts(string policy, bool refused)
    {
        var routing = With("smtp:" + Elsewhere) with { Policies = [new OwnPolicy(Elsewhere, policy, "hash:/etc/postfix/tls")] };

        Make(routing, ("a.example", Control(DestinationTls.Required)));

        Problems.Count.ShouldBe(refused ? 1 : 0);
    }

    [Theory]
    [InlineData("smtp_tls_security_level", "encrypt", false)]
    [InlineData("smtp_tls_policy_maps", "hash:/own", true)]
    public void The_options_of_its_transport_count(string option, string value, bool refused)
    {
        var routing = With("own:" + Elsewhere) with
        {
            Transports = new Dictionary<string, MailTransport>(Host.Transports) { ["own"] = Transport("own", (option, value)) },
        };

        Make(routing, ("a.example", Control(DestinationTls.Required)));

        Problems.Count.ShouldBe(refused ? 1 : 0);
    }

    [Fact]
    public void LMTP_to_the_domain_of_the_recipient_is_a_way_of_it()
    {
        Make(With("lmtp:"), ("a.example", Control(DestinationTls.Required)));

        Problems.ShouldHaveSingleItem().Message.ShouldContain("LMTP, which has no policies");
    }

    [Theory]
    [InlineData(DestinationTls.Required, true)]
    [InlineData(DestinationTls.Preferred, false)]
    public void A_target_that_is_made_of_what_matches_is_refused(DestinationTls tls, bool refused)
    {
        Make(Host with { UntoldFilters = ["FILTER smtp:[$1] in pcre:/x (header_checks)"] }, ("a.example", Control(tls)));

        Problems.Select(p => p.Message.Contains("FILTER smtp:[$1] in pcre:/x", StringComparison.Ordinal)).ShouldBe(refused ? [true] : []);
    }

    /// <summary>A policy service is on every other host, and few answer like that.</summary>
    [Theory]
    [InlineData(DestinationTls.Required, true)]
    [InlineData(DestinationTls.Preferred, false)]
    public void What_cannot_be_searched_is_said(DestinationTls tls, bool said)
    {
        var routing = Host with { UnreadFilters = ["the policy service unix:private/postgrey (smtpd_recipient_restrictions)"] };

        var rows = Make(routing, ("a.example", Control(tls)));

        Problems.ShouldBeEmpty();
        rows.Warnings.Select(w => w.Contains("unix:private/postgrey", StringComparison.Ordinal)).ShouldBe(said ? [true] : []);
    }

    private static Routing With(string filter) => Host with
    {
        Filters = [Route.Parse(filter, "header_checks")],
        Transports = new Dictionary<string, MailTransport>(Host.Transports)
        {
            ["lmtp"] = new MailTransport("lmtp", TransportKind.Lmtp, new Dictionary<string, string>()),
            ["spamassassin"] = new MailTransport("spamassassin", TransportKind.Program, new Dictionary<string, string>()),
        },
    };
}
