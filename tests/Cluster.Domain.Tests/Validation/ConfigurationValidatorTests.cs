using Cluster.Contracts.Bundles;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Validation;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Validation;

public sealed class ConfigurationValidatorTests
{
    private const string Plain = """{"type":"private","port":25,"hostname":"mx.example.org","defaultPolicy":"accept"}""";
    private const string Bound = """{"type":"private","port":25,"hostname":"mx.example.org","certificate":"mx","defaultPolicy":"accept"}""";

    [Fact]
    public void A_name_that_leads_nowhere_is_an_error()
    {
        var found = Errors(Make.Fleet(), Make.Item(Kinds.Listeners, "in", Plain));

        found.ShouldBe([("dangling-reference", "cluster", "in", null)]);
    }

    [Fact]
    public void A_name_that_leads_to_something_hidden_is_an_error_where_it_is_hidden()
    {
        var found = Errors(
            Make.Fleet(Make.Machine()),
            Make.Item(Kinds.Listeners, "in", Plain),
            Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"off"}"""),
            Make.Item(Kinds.MailFlowPolicies, "accept", null, LevelKind.Machine));

        found.ShouldBe([("hidden-reference", "cluster", "in", "gw1")]);
    }

    [Theory]
    [InlineData(LevelKind.Machine, "machine:gw1")]
    [InlineData(LevelKind.Group, "group:main")]
    public void The_level_that_hides_it_is_named(LevelKind level, string name)
    {
        Item[] items = [
            Make.Item(Kinds.Listeners, "in", Plain),
            Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"off"}"""),
            Make.Item(Kinds.MailFlowPolicies, "accept", null, level)
        ];

        var found = ConfigurationValidator.Validate(Input(Make.Fleet(Make.Machine()), Lookup(), items))
            .First(f => f.Code == "hidden-reference");

        found.Message.ShouldBe($"listeners/in names mail-flow-policies/accept (/defaultPolicy), which {name} hides.");
        found.Hint.ShouldContain(name);
    }

    [Fact]
    public void What_all_machines_share_is_told_once()
    {
        var own = Make.Item(Kinds.MailFlowPolicies, "mine", """{"tls":"off"}""", LevelKind.Machine);

        Errors(Make.Fleet(Make.Machine(), Make.Machine("gw2")), Make.Item(Kinds.Listeners, "in", Plain), own).Count.ShouldBe(1);
    }

    [Fact]
    public void A_listener_that_offers_tls_needs_a_certificate()
    {
        var policy = Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"preferred"}""");

        Errors(Make.Fleet(), Make.Item(Kinds.Listeners, "in", Plain), policy).ShouldBe(
            [("tls-without-certificate", "cluster", "in", null)]);
    }

    [Fact]
    public void A_bound_certificate_needs_its_version_and_its_key()
    {
        Item[] items = [
            Make.Item(Kinds.Listeners, "in", Bound),
            Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"required"}"""),
            Make.Item(Kinds.Certificates, "mx", """{"version":1}""")
        ];

        Codes(Make.Fleet(), Lookup(hasKey: false), items).ShouldBe(["binding-without-key"]);
        Codes(Make.Fleet(), static (_, _, _, _) => null, items).ShouldBe(["certificate-version-missing"]);
        Codes(Make.Fleet(), Lookup(compromised: true), items).ShouldBe(["certificate-version-compromised"]);
        Codes(Make.Fleet(), Lookup(), items).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"drift":{"default":"repair"}}""", 1)]
    [InlineData("""{"drift":{"default":"report"}}""", 0)]
    public void A_drift_policy_that_a_host_does_not_know_is_refused(string settings, int refusals)
    {
        Item[] items = [Make.Item(Kinds.AgentSettings, Kinds.SingletonName, settings)];

        ConfigurationValidator.Validate(Input(Make.Fleet(Make.Machine("gw1", Make.Postfix("in"))), Lookup(), items))
            .Count(f => f.Code == "unsupported-by-host" && f.Kind == Kinds.AgentSettings).ShouldBe(refusals);
        ConfigurationValidator.Validate(Input(Make.Fleet(Make.Machine("gw1", Make.Postfix("in", Features.DriftRepair))), Lookup(), items))
            .ShouldNotContain(f => f.Code == "unsupported-by-host");
    }

    [Fact]
    public void What_a_host_cannot_express_is_an_error_that_names_service_and_machine()
    {
        var machine = Make.Machine("gw1", Make.Postfix("in", Features.ListenerTls, Features.ListenerCertificate));
        Item[] items =
        [
            Make.Item(
                Kinds.Listeners,
                "in",
                """{"type":"private","port":25,"hostname":"h","defaultPolicy":"accept","senderGroups":[{"name":"g","senders":["10.0.0.1"],"policy":"accept"}]}"""),
            Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"off"}"""),
            Make.Item(Kinds.DestinationControls, "example.org", """{"tls":"required","dane":"opportunistic"}"""),
        ];

        var found = ConfigurationValidator.Validate(Input(Make.Fleet(machine), Lookup(), items));

        found.Where(f => f.Code == "unsupported-by-host").Select(f => f.Kind).ShouldBe(
            [Kinds.DestinationControls, Kinds.DestinationControls, Kinds.DestinationControls, Kinds.Listeners], ignoreOrder: true);
        found[0].Message.ShouldContain("gw1");
    }

    [Fact]
    public void A_listener_that_nobody_hosts_is_a_warning()
    {
        var found = ConfigurationValidator.Validate(
            Input(
                Make.Fleet(Make.Machine("gw1", Make.Postfix("out", Features.ListenerTls))),
                Lookup(),
                Make.Item(Kinds.Listeners, "in", Plain),
                Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"off"}""")));

        found.Select(f => f.Code).ShouldBe(["listener-not-hosted"]);
    }

    [Fact]
    public void Only_errors_that_the_change_introduces_block()
    {
        var broken = Make.Snapshot(Make.Item(Kinds.Listeners, "in", Plain));
        var worse = broken.With(
            [
                KeyValuePair.Create(
                    ItemKey.Of(LevelKind.Cluster, Make.ClusterId, Kinds.Listeners, "out"), (Item?)Make.Item(Kinds.Listeners, "out", Plain))
            ]);
        var before = Input(Make.Fleet(), Lookup()) with { Configuration = new(broken, Make.Fleet()) };

        ConfigurationValidator.Introduced(before, before).ShouldBeEmpty();
        ConfigurationValidator.Introduced(before, before with { Configuration = new(worse, Make.Fleet()) })
            .Select(f => f.Name)
            .ShouldBe(["out"]);
    }

    private static List<(string Code, string? Level, string? Name, string? Machine)> Errors(FleetFacts fleet, params Item[] items) =>
        [
            .. ConfigurationValidator.Validate(Input(fleet, Lookup(), items) with { OnlyBlocking = true })
                .Select(f => (f.Code, f.Level, f.Name, f.Machine))
        ];

    private static List<string> Codes(FleetFacts fleet, CertificateLookup lookup, Item[] items) =>
        [.. ConfigurationValidator.Validate(Input(fleet, lookup, items) with { OnlyBlocking = true }).Select(f => f.Code)];

    private static ValidationInput Input(FleetFacts fleet, CertificateLookup lookup, params Item[] items) =>
        new() { Configuration = new(Make.Snapshot(items), fleet), Certificates = lookup, Now = Make.Now };

    private static CertificateLookup Lookup(bool hasKey = true, bool compromised = false) => (_, _, _, _) => new CertificateContent
    {
        Leaf = new byte[] { 0 }, Chain = [], Sha256 = "s", PublicKeySha256 = "p", HasPrivateKey = hasKey, Compromised = compromised,
    };
}
