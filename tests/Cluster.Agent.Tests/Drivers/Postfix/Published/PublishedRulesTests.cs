using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Published;

/// <summary>What a destination control may be beside what its domain publishes, and beside what the host does without it.</summary>
public sealed class PublishedRulesTests : PolicyRowsCase
{
    private const string Domain = "a.example";
    private static readonly PublishedAsk Keys = new(["mx.a.example"], DaneEverywhere: true, MtaSts: false);
    private static readonly PublishedAsk Policy = new([], DaneEverywhere: false, MtaSts: true);
    private static readonly PublishedAsk Both = new(["mx.a.example"], DaneEverywhere: true, MtaSts: true);
    private static readonly PublishedAsk SomeKeys = new(["mx.a.example"], DaneEverywhere: false, MtaSts: true);

    /// <summary>What is published, the control, the level of the host without it, and what becomes of the control.</summary>
    [Theory]
    [InlineData("keys", DestinationTls.None, DaneMode.None, "may", "refused and goes")]
    [InlineData("keys", DestinationTls.None, DaneMode.None, "dane", "refused and goes")]
    [InlineData("keys", DestinationTls.None, DaneMode.None, "none", "refused")]
    [InlineData("keys", DestinationTls.Preferred, DaneMode.None, "may", "refused")]
    [InlineData("keys", DestinationTls.PreferredVerify, DaneMode.None, "may", "refused")]
    [InlineData("keys", DestinationTls.Preferred, DaneMode.None, "none", "warned")]
    [InlineData("keys", DestinationTls.Required, DaneMode.None, "may", "warned")]
    [InlineData("keys", DestinationTls.Required, DaneMode.None, "encrypt", "refused")]
    [InlineData("keys", DestinationTls.RequiredVerify, DaneMode.None, "may", "applied")]
    [InlineData("keys", DestinationTls.Preferred, DaneMode.Opportunistic, "may", "applied")]
    [InlineData("keys", DestinationTls.Required, DaneMode.Mandatory, "may", "applied")]
    [InlineData("policy", DestinationTls.None, DaneMode.None, "may", "refused and goes")]
    [InlineData("policy", DestinationTls.None, DaneMode.None, "$level", "refused")]
    [InlineData("policy", DestinationTls.Preferred, DaneMode.None, "may", "refused")]
    [InlineData("policy", DestinationTls.Required, DaneMode.None, "may", "warned")]
    [InlineData("policy", DestinationTls.Preferred, DaneMode.Opportunistic, "may", "warned")]
    [InlineData("policy", DestinationTls.RequiredVerify, DaneMode.None, "may", "applied")]
    [InlineData("policy", DestinationTls.RequiredVerifyHostedDomains, DaneMode.None, "may", "applied")]
    [InlineData("policy", DestinationTls.Required, DaneMode.Mandatory, "may", "applied")]
    [InlineData("both", DestinationTls.Preferred, DaneMode.Opportunistic, "may", "applied")]
    [InlineData("both", DestinationTls.Required, DaneMode.None, "may", "warned")]
    [InlineData("some keys", DestinationTls.Preferred, DaneMode.Opportunistic, "may", "warned")]
    [InlineData("nothing", DestinationTls.None, DaneMode.None, "none", "applied")]
    public void What_is_no_more_than_the_host_does_is_refused_and_what_is_more_is_warned_of(
        string asked, DestinationTls tls, DaneMode dane, string host, string becomes)
    {
        AdministratorsLevel = host;

        var rows = Make(Host, Asked(asked), (Domain, new DestinationControl { Tls = tls, Dane = dane }));

        var published = Problems.Where(p => p.Code == ApplyCodes.PublishedPolicyStronger).ToArray();
        published.Length.ShouldBe(becomes is "refused" or "refused and goes" ? 1 : 0);
        foreach (var problem in published)
        {
            problem.LeavesLive.ShouldBe(becomes == "refused");
            problem.TakesDown.ShouldBe(becomes == "refused and goes");
            problem.Items.ShouldHaveSingleItem().Name.ShouldBe(Domain);
            problem.Message.ShouldContain("overrideHostPolicy");
        }

        rows.Warnings.Count(w => w.StartsWith("published-policy-stronger destination-controls/a.example: ", StringComparison.Ordinal))
            .ShouldBe(becomes == "warned" ? 1 : 0, string.Join('\n', rows.Warnings));
    }

    [Fact]
    public void Clear_text_is_called_that()
    {
        AdministratorsLevel = "may";
        Make(Host, Both, (Domain, Control(DestinationTls.None)));

        Problems.ShouldHaveSingleItem().Message.ShouldBe(
            "Destination a.example: the domain publishes keys for DANE (TLSA records of mx.a.example) and an MTA-STS policy in mode "
                + "enforce, and this would send its mail in clear text. Ask for DANE (`dane`) or `required-verify`, or set "
                + "overrideHostPolicy of the destination.");
    }

    [Theory]
    [InlineData(DestinationTls.None)]
    [InlineData(DestinationTls.Preferred)]
    [InlineData(DestinationTls.Required)]
    public void A_destination_that_overrides_is_neither_refused_nor_warned_of(DestinationTls tls)
    {
        var control = Control(tls) with { OverrideHostPolicy = true };
        Make(Host, Both, (Domain, control)).Warnings.ShouldBeEmpty();

        Problems.ShouldBeEmpty();
        PublishedRules.NamesOf(new Dictionary<string, DestinationControl> { [Domain] = control }).ShouldBeEmpty("nobody needs to look");
    }

    /// <summary>What covers the domain where its own control is not there.</summary>
    [Theory]
    [InlineData(".example", DestinationTls.Required, 1)]
    [InlineData("default", DestinationTls.Required, 1)]
    [InlineData(".example", DestinationTls.Preferred, 0)]
    [InlineData("default", DestinationTls.Preferred, 0)]
    public void What_the_cluster_itself_does_without_it_counts(string other, DestinationTls tls, int refused)
    {
        Make(Host, Keys, (Domain, Control(DestinationTls.Required)), (other, Control(tls)));

        Problems.Count.ShouldBe(refused);
    }

    [Fact]
    public void A_policy_of_the_administrators_own_counts_more_than_what_covers_it()
    {
        var routing = Host with { Policies = [new OwnPolicy(Domain, "encrypt", "hash:/etc/postfix/tls")] };
        Make(routing, Keys, (Domain, Control(DestinationTls.Required)));

        Problems.ShouldHaveSingleItem("it has that much already");
    }

    [Theory]
    [InlineData("default")]
    [InlineData(".a.example")]
    public void What_stands_for_many_is_not_compared(string name)
    {
        Make(Host, Both, (name, Control(DestinationTls.Preferred))).Warnings.ShouldBeEmpty();

        Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[relay.example]", 0)]
    [InlineData("other.example", 0)]
    [InlineData(Domain, 1)]
    public void Mail_that_is_given_to_others_is_not_compared(string hop, int refused)
    {
        AdministratorsLevel = "may";
        Make(Routes((Domain, hop)), Both, (Domain, Control(DestinationTls.Preferred)));

        Problems.Count.ShouldBe(refused);
    }

    [Fact]
    public void Only_what_can_be_less_is_looked_up()
    {
        var controls = new Dictionary<string, DestinationControl>
        {
            ["none.example"] = Control(DestinationTls.None),
            ["required.example"] = Control(DestinationTls.Required),
            ["dane.example"] = new() { Tls = DestinationTls.Preferred, Dane = DaneMode.Opportunistic },
            ["verified.example"] = Control(DestinationTls.RequiredVerify),
            ["keys.example"] = new() { Tls = DestinationTls.Required, Dane = DaneMode.Mandatory },
            ["usual.example"] = Control(DestinationTls.Default),
            [".sub.example"] = Control(DestinationTls.None),
            ["default"] = Control(DestinationTls.None),
        };

        PublishedRules.NamesOf(controls).ShouldBe(["dane.example", "none.example", "required.example"]);
    }

    [Fact]
    public void Only_what_asks_something_else_than_is_applied_is_waited_for()
    {
        var applied = Parts.Empty
            .With("same.example", Control(DestinationTls.Preferred) with { Match = ["a"] })
            .With("weaker.example", Control(DestinationTls.Required))
            .With("dane.example", Control(DestinationTls.Preferred) with { Dane = DaneMode.Opportunistic })
            .With("override.example", Control(DestinationTls.Preferred) with { OverrideHostPolicy = true });
        var wanted = new[] { "same", "weaker", "dane", "override", "new" }
            .ToDictionary(n => $"{n}.example", _ => Control(DestinationTls.Preferred) with { Match = ["b"] });

        PublishedRules.Changed(wanted, applied).Keys.Order().ShouldBe(
            ["dane.example", "new.example", "override.example", "weaker.example"]);
        PublishedRules.Changed(wanted, applied: null).Count.ShouldBe(5);
    }

    private static PublishedAsk? Asked(string published) => published switch
    {
        "keys" => Keys,
        "policy" => Policy,
        "both" => Both,
        "some keys" => SomeKeys,
        _ => null,
    };

    private PolicyRows Make(Routing routing, PublishedAsk? ask, params (string Domain, DestinationControl Control)[] controls)
    {
        var asks = new Dictionary<string, PublishedAsk>();
        if (ask is not null) foreach (var name in new[] { Domain, ".a.example", "default" }) asks[name] = ask;
        return PolicyRows.Make(
            controls.ToDictionary(c => c.Domain, c => c.Control),
            routing,
            MainCf.Parse($"smtp_tls_security_level = {AdministratorsLevel}\n"),
            Problems,
            new PublishedFindings(asks));
    }
}
