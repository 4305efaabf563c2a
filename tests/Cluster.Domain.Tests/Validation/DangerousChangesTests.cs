using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Validation;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Validation;

public sealed class DangerousChangesTests : IDisposable
{
    private const string Plain = """{"type":"private","port":25,"hostname":"h","defaultPolicy":"accept"}""";

    private readonly TestCa ca = new();

    /// <summary>
    /// Levels that define the item before and after, the TLS level of the policy before and after, and what must be named.
    /// </summary>
    public static TheoryData<string, string, string?> Listeners => new()
    {
        { "off", "off", null },
        { "off", "preferred", null },
        { "off", "required", null },
        { "preferred", "off", DangerousChanges.TlsRemoved },
        { "preferred", "preferred", null },
        { "preferred", "required", null },
        { "required", "off", DangerousChanges.TlsRemoved },
        { "required", "preferred", DangerousChanges.ModeLowered },
        { "required", "required", null },
        // Gone with its policy, a listener offers nothing; gone itself, it is no weaker listener.
        { "required", "(no policy)", DangerousChanges.TlsRemoved },
        { "required", "(no listener)", null },
        { "(no listener)", "off", null },
    };

    /// <summary>
    /// Groups before and after as <c>policy: senders; …; default policy</c>, the policies being named after what they say, and what must
    /// be named.
    /// </summary>
    public static TheoryData<string, string, string?> Groups => new()
    {
        { "required: 10.0.0.0/8; preferred", "preferred: 10.0.0.0/8; preferred", DangerousChanges.ModeLowered },
        { "required: 10.0.0.0/8; preferred", "preferred", DangerousChanges.ModeLowered },
        { "required: 10.0.0.0/8; preferred", "required: 10.0.0.0/9; preferred", DangerousChanges.ModeLowered },
        { "required: 10.0.0.0/8; preferred", "required: 10.0.0.0/9, 10.128.0.0/9; preferred", null },
        { "required: 10.0.0.0/8; preferred", "off: 10.0.0.1; required: 10.0.0.0/8; preferred", DangerousChanges.TlsRemoved },
        { "required: 10.0.0.0/8; preferred", "required: 10.0.0.0/8; off: 10.0.0.1; preferred", null },
        { "required: 10.0.0.0/8; preferred", "required: 10.0.0.0/8, 2001:db8::/32; preferred", null },
        { "preferred", "required: 2001:db8::/32; preferred", null },
        { "required", "preferred: h.test; required", DangerousChanges.ModeLowered },
        { "required: .d.test; preferred", "required: h.d.test; preferred", DangerousChanges.ModeLowered },
        { "required: .d.test; preferred", "preferred: d.test; required: .d.test; preferred", null },
        // Only a client with both, the address and the name, is asked for less.
        {
            "required: 10.0.0.1; preferred: h.test; preferred", "preferred: h.test; required: 10.0.0.1; preferred",
            DangerousChanges.ModeLowered
        },
        { "preferred: h.test; required: 10.0.0.1; preferred", "required: 10.0.0.1; preferred: h.test; preferred", null },
        { "verified: 10.0.0.1; preferred", "required: 10.0.0.1; preferred", DangerousChanges.ModeLowered },
        { "required: 10.0.0.1; preferred", "verified: 10.0.0.1; preferred", null },
        { "listed", "preferred", DangerousChanges.ModeLowered },
        { "listed", "required", null },
        { "required: ALL; off", "required: ALL; preferred", null },
        { "required: ALL; off", "preferred: ALL; required", DangerousChanges.ModeLowered },
    };

    /// <summary>What a destination control and the default one say before and after, and whether that is weaker.</summary>
    public static TheoryData<string?, string?, string?, string?, bool> Destinations => new()
    {
        { "required-verify", null, "required", null, true },
        { "required-verify", null, "required-verify-hosted-domains", null, true },
        { "required-verify-hosted-domains", null, "required", null, true },
        { "required", null, "preferred-verify", null, true },
        { "preferred-verify", null, "preferred", null, true },
        { "preferred", null, "none", null, true },
        { "preferred", null, "required", null, false },
        { "none", null, "none", null, false },
        // Without a control of its own the default one holds, and without that TLS is not asked for.
        { "required", null, null, null, true },
        { "required", null, "default", null, true },
        { "required", "required", "default", "required", false },
        { "required", "required", null, "required", false },
        { "preferred", "required", null, "required", false },
        { null, "required", null, "preferred", true },
        { null, "required", null, null, true },
        { null, "required", "preferred", "required", true },
        { null, "preferred", "required", "preferred", false },
        { null, null, "none", null, false },
    };

    [Theory]
    [MemberData(nameof(Listeners))]
    public void A_listener_that_asks_for_less_must_be_named(string before, string after, string? code) =>
        Of(ListenerWith(before), ListenerWith(after)).ShouldBe(code is null ? [] : [code]);

    [Theory]
    [MemberData(nameof(Groups))]
    public void Whatever_client_is_asked_for_less_it_must_be_named(string before, string after, string? code) =>
        Of(WithGroups(before), WithGroups(after)).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void Large_tables_are_compared_at_once()
    {
        string Table(string policy) => string.Concat(
            Enumerable.Range(0, 1000).Select(
                i => $"{(i == 999 ? policy : new[] { "required", "preferred" }[i % 2])}: {string.Join(
                    ',', Enumerable.Range(0, 10).Select(s => $"10.{i / 256}.{i % 256}.{s}"))}, h{i}.test; ")) + "preferred";
        var (before, after) = (WithGroups(Table("required")), WithGroups(Table("preferred")));
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        Of(before, after).ShouldBe([DangerousChanges.ModeLowered]);
        System.Diagnostics.Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [MemberData(nameof(Destinations))]
    public void A_destination_that_asks_for_less_must_be_named(
        string? before, string? defaultBefore, string? after, string? defaultAfter, bool weaker) =>
        Of(DestinationsWith(before, defaultBefore), DestinationsWith(after, defaultAfter)).ShouldBe(
            weaker ? [DangerousChanges.ModeLowered] : []);

    [Theory]
    [InlineData("mandatory", "opportunistic", true)]
    [InlineData("mandatory", "none", true)]
    [InlineData("opportunistic", "mandatory", false)]
    [InlineData("none", "none", false)]
    public void Weaker_dane_counts_beside_the_mode(string before, string after, bool weaker) =>
        Of([Dane(before)], [Dane(after)]).ShouldBe(weaker ? [DangerousChanges.ModeLowered] : []);

    [Theory]
    [InlineData("""{"tls":"preferred"}""", """{"tls":"preferred","overrideHostPolicy":true}""", true)]
    [InlineData("""{"tls":"preferred","overrideHostPolicy":true}""", """{"tls":"required","overrideHostPolicy":true}""", false)]
    [InlineData("""{"tls":"preferred","overrideHostPolicy":true}""", """{"tls":"preferred"}""", false)]
    public void Going_below_what_hosts_ask_for_by_themselves_must_be_named(string before, string after, bool named) =>
        Of([Make.Item(Kinds.DestinationControls, "example.org", before)], [Make.Item(Kinds.DestinationControls, "example.org", after)])
            .ShouldBe(named ? [DangerousChanges.HostPolicyOverridden] : []);

    [Theory]
    [InlineData("{}", true, """{"useSystem":false}""", true, null)]
    [InlineData("{}", false, """{"useSystem":false}""", false, DangerousChanges.TrustEmptied)]
    [InlineData("{}", true, """{"useSystem":false,"useCustom":false}""", true, DangerousChanges.TrustEmptied)]
    [InlineData("""{"useSystem":false}""", true, """{"useSystem":false}""", false, DangerousChanges.TrustEmptied)]
    [InlineData("""{"useSystem":false}""", false, """{"useSystem":false}""", false, null)]
    [InlineData("{}", true, """{"useCustom":false}""", true, null)]
    public void Trusting_nobody_any_more_must_be_named(
        string before, bool authorityBefore, string after, bool authorityAfter, string? code) =>
        Of(TrustWith(before, authorityBefore), TrustWith(after, authorityAfter)).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void A_weaker_setting_of_one_machine_counts()
    {
        Item[] strict = [Make.Item(Kinds.DestinationControls, "example.org", """{"tls":"required"}""")];
        Item[] own = [
            .. strict, Make.Item(Kinds.DestinationControls, "example.org", """{"tls":"none"}""", Contracts.Levels.LevelKind.Machine)
        ];
        var fleet = Make.Fleet(Make.Machine());

        Of(strict, own, fleet).ShouldBe([DangerousChanges.ModeLowered]);
        Of(own, strict, fleet).ShouldBeEmpty();
        // Nobody gets the layer of a machine that is not there.
        Of(strict, own, Make.Fleet()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tls1.2", "tls1.1", true)]
    [InlineData("tls1.2", null, true)]
    [InlineData("tls1.2", "tls1.2", false)]
    [InlineData("tls1.2", "tls1.3", false)]
    [InlineData(null, "tls1.0", false)]
    public void An_older_minimum_of_TLS_must_be_named(string? before, string? after, bool lowered) =>
        Of(Protocols(before), Protocols(after)).ShouldBe(lowered ? [DangerousChanges.TlsMinimumLowered] : []);

    [Fact]
    public void Kinds_that_weaken_nothing_are_never_named() =>
        Of(
            [
                Make.Item(Kinds.Outbound, "-", """{"hostname":"a.example"}"""),
                Make.Item(Kinds.AgentSettings, "-", """{"identityLifetime":"1d"}""")
            ],
            []).ShouldBeEmpty();

    [Theory]
    [InlineData(20, 11, true)]
    [InlineData(20, 10, false)]
    [InlineData(19, 19, false)]
    public void Touching_more_than_half_of_a_large_fleet_must_be_named(int machines, int touched, bool named)
    {
        var fleet = Make.Fleet([.. Enumerable.Range(0, machines).Select(i => Make.Machine($"gw-{i}"))]);

        DangerousChanges.Of(new(Make.Snapshot(), fleet), new(Make.Snapshot(), fleet), touched, [])
            .ShouldBe(named ? [DangerousChanges.ManyMachines] : []);
    }

    public void Dispose() => ca.Dispose();

    private static Item[] ListenerWith(string tls) => tls switch
    {
        "(no listener)" => [Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"off"}""")],
        "(no policy)" => [Make.Item(Kinds.Listeners, "in", Plain)],
        _ => [Make.Item(Kinds.Listeners, "in", Plain), Make.Item(Kinds.MailFlowPolicies, "accept", $$"""{"tls":"{{tls}}"}""")],
    };

    private static Item[] WithGroups(string table)
    {
        var groups = table.Split("; ");
        var senders = groups[..^1].Select(g => g.Split(": ", 2)).Select(
            (g, i) => new SenderGroup { Name = $"g{i}", Policy = g[0], Senders = [.. g[1].Split(',').Select(s => s.Trim())] });
        var listener = new Listener
        {
            Type = ListenerType.Private, Port = 25, Hostname = "h", DefaultPolicy = groups[^1], SenderGroups = [.. senders],
        };
        return
        [
            Make.Item(
                Kinds.Listeners,
                "in",
                System.Text.Json.JsonSerializer.Serialize(listener, Contracts.Json.ContractsJson.Of<Listener>())),
            Make.Item(Kinds.MailFlowPolicies, "off", """{"tls":"off"}"""),
            Make.Item(Kinds.MailFlowPolicies, "preferred", """{"tls":"preferred"}"""),
            Make.Item(Kinds.MailFlowPolicies, "listed", """{"tls":"preferred","tlsMandatoryFor":"some"}"""),
            Make.Item(Kinds.MailFlowPolicies, "required", """{"tls":"required"}"""),
            Make.Item(Kinds.MailFlowPolicies, "verified", """{"tls":"required","verifyClientCertificate":true}"""),
        ];
    }

    private static Item[] DestinationsWith(string? own, string? general) =>
        [
            .. new[] { ("example.org", own), ("default", general) }
                .Where(d => d.Item2 is not null)
                .Select(d => Make.Item(Kinds.DestinationControls, d.Item1, $$"""{"tls":"{{d.Item2}}"}"""))
        ];

    private static Item Dane(string dane) =>
        Make.Item(Kinds.DestinationControls, "example.org", $$"""{"tls":"required","dane":"{{dane}}"}""");

    private static Item[] Protocols(string? minimum) =>
        minimum is null ? [] : [Make.Item(Kinds.TlsProtocols, "https", $$"""{"minimum":"{{minimum}}"}""")];

    private static IReadOnlyList<string> Of(Item[] before, Item[] after, FleetFacts? fleet = null) =>
        DangerousChanges.Of(new(Make.Snapshot(before), fleet ?? Make.Fleet()), new(Make.Snapshot(after), fleet ?? Make.Fleet()), 0, []);

    private Item[] TrustWith(string json, bool authority)
    {
        var text = System.Text.Json.JsonSerializer.Serialize(ca.Root.ToPem());
        Item[] own = authority ? [Make.Item(Kinds.TrustedAuthorities, "own", $$"""{"certificates":{{text}}}""")] : [];
        return [Make.Item(Kinds.Trust, "-", json), .. own];
    }
}
