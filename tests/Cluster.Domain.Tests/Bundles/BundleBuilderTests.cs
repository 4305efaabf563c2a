using System.Text;
using System.Text.Json;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Bundles;

public sealed class BundleBuilderTests
{
    private static readonly Item[] Items =
    [
        Make.Item(
            Kinds.Listeners,
            "in",
            """{"type":"public","port":25,"hostname":"mx.example.org","certificate":"mx","defaultPolicy":"accept"}"""),
        Make.Item(
            Kinds.Listeners,
            "other",
            """{"type":"public","port":26,"hostname":"mx.example.org","certificate":"unused","defaultPolicy":"off"}"""),
        Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"required"}"""),
        Make.Item(Kinds.MailFlowPolicies, "off", """{"tls":"off"}"""),
        Make.Item(Kinds.DestinationControls, "example.net", """{"tls":"required-verify"}"""),
        Make.Item(Kinds.Certificates, "mx", """{"version":2}"""),
        Make.Item(Kinds.Certificates, "unused", """{"version":1}"""),
    ];

    [Fact]
    public void A_part_holds_only_what_its_service_hosts_and_that_refers_to()
    {
        var part = Part(Build(Make.Postfix()));

        part.All<Listener>().Keys.ShouldBe(["in"]);
        part.All<MailFlowPolicy>().Keys.ShouldBe(["accept"]);
        part.All<DestinationControl>().Keys.ShouldBe(["example.net"]);
        part.Certificates.Keys.ShouldBe(["mx"]);
    }

    [Fact]
    public void Kinds_that_a_service_does_not_announce_stay_away()
    {
        var part = Part(Build(Make.Postfix() with { Kinds = new HashSet<string> { Kinds.DestinationControls } }));

        part.Settings.Keys.ShouldBe([Kinds.DestinationControls]);
        part.Certificates.ShouldBeEmpty();
        part.Trust.ShouldBeNull();
    }

    [Fact]
    public void A_block_of_TLS_protocols_goes_only_to_services_that_take_its_use()
    {
        Item[] blocks =
        [
            Make.Item(Kinds.TlsProtocols, TlsProtocolBlock.Https, """{"minimum":"tls1.2"}"""),
            Make.Item(Kinds.TlsProtocols, TlsProtocolBlock.SmtpInbound, """{"minimum":"tls1.2"}"""),
        ];
        var web = Make.Postfix() with
        {
            Kinds = new HashSet<string> { Kinds.TlsProtocols },
            Features = new HashSet<string> { Features.TlsProtocolsPrefix + TlsProtocolBlock.Https },
        };

        Part(Build(blocks, web)).All<TlsProtocolBlock>().Keys.ShouldBe([TlsProtocolBlock.Https]);
    }

    [Fact]
    public void Keys_are_named_by_public_key_and_never_included()
    {
        var built = Build(Make.Postfix());

        built.Parts[0].Keys.ShouldBe([new string('b', 64)]);
    }

    [Fact]
    public void Hashes_are_over_exactly_the_bytes()
    {
        var built = Build(Make.Postfix());

        CanonicalJson.Sha256(built.Bytes).ShouldBe(built.Sha256);
        CanonicalJson.Sha256(built.Parts[0].Bytes).ShouldBe(built.Parts[0].Sha256);
        CanonicalJson.ToBytes(built.Parts[0].Bytes).ShouldBe(built.Parts[0].Bytes);
        Encoding.UTF8.GetString(built.Bytes).ShouldContain(built.Parts[0].Sha256);
    }

    [Fact]
    public void The_order_of_items_and_services_changes_nothing()
    {
        var second = Make.Postfix("other") with { Name = "relay" };

        Build(Items, Make.Postfix(), second).Sha256.ShouldBe(Build([.. Items.Reverse()], second, Make.Postfix()).Sha256);
    }

    [Fact]
    public void The_bytes_of_parts_and_bundles_never_change_for_equal_settings()
    {
        var built = Build(Make.Postfix());

        Encoding.UTF8.GetString(built.Parts[0].Bytes).ShouldBe(
            """{"certificates":{"mx":{"chain":["AQI=","AwQ="],"publicKeySha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}},"driver":"postfix","schemaVersion":2,"settings":{"destination-controls":{"example.net":{"tls":"required-verify"}},"listeners":{"in":{"certificate":"mx","defaultPolicy":"accept","hostname":"mx.example.org","port":25,"type":"public"}},"mail-flow-policies":{"accept":{"tls":"required"}}}}""");
        built.Parts[0].Sha256.ShouldBe("6518b19fb81f5fb0955c0e30cb6eafca6b120ffed90f18792fabfad596db1ab5");
        built.Sha256.ShouldBe("ecab2ba473a7db73beb3cee684a681c124939832dce17d2d746e5435a49917ad");
    }

    [Theory]
    [InlineData("""{"drift":{"default":"repair"}}""", true)]
    [InlineData("""{"drift":{"default":"repair","services":{"mail":"report"}}}""", null)]
    [InlineData("""{"drift":{"services":{"mail":"repair"}}}""", true)]
    [InlineData("""{"identityLifetime":"30d"}""", null)]
    public void The_drift_policy_of_a_service_goes_to_hosts_that_know_it(string settings, bool? repairs)
    {
        Item[] items = [.. Items, Make.Item(Kinds.AgentSettings, Kinds.SingletonName, settings)];
        var able = Make.Postfix() with { Name = "mail" };

        Part(Build(items, able with { Features = new HashSet<string> { Features.DriftRepair } })).RepairDrift.ShouldBe(repairs);
        Part(Build(items, able with { Features = new HashSet<string>() })).RepairDrift.ShouldBeNull();
    }

    [Fact]
    public void Nothing_of_the_machine_or_revision_is_in_a_part()
    {
        var one = BundleBuilder.Build(
            EffectiveResolver.Resolve(new ConfigurationSnapshot(Make.ClusterId, 1, Items), Make.GroupId, Make.MachineId),
            [Make.Postfix()],
            Lookup);
        var other = BundleBuilder.Build(
            EffectiveResolver.Resolve(new ConfigurationSnapshot(Make.ClusterId, 99, Items), Make.GroupId, Guid.NewGuid()),
            [Make.Postfix()],
            Lookup);

        one.Bytes.ShouldBe(other.Bytes);
    }

    [Fact]
    public void Comments_reach_no_host()
    {
        const string Bare =
            """{"type":"public","port":25,"hostname":"mx.example","defaultPolicy":"p","senderGroups":[{"name":"a","senders":["10.1."],"policy":"p"}]}""";
        const string Told =
            """{"type":"public","port":25,"hostname":"mx.example","defaultPolicy":"p","defaultPolicyComment":"x","senderGroups":[{"name":"a","senders":["10.1."],"policy":"p","comment":"y","senderComments":{"10.1.":"z"}}]}""";
        var able = Make.Postfix();
        var name = able.Endpoints.First().Name;

        Build([Make.Item(Kinds.Listeners, name, Told)], able).Sha256.ShouldBe(Build([Make.Item(Kinds.Listeners, name, Bare)], able).Sha256);
    }

    private static BuiltBundle Build(params ServiceCapabilities[] services) => Build(Items, services);

    private static BuiltBundle Build(Item[] items, params ServiceCapabilities[] services) =>
        BundleBuilder.Build(EffectiveResolver.Resolve(Make.Snapshot(items), Make.GroupId, Make.MachineId), services, Lookup);

    private static CertificateContent? Lookup(Contracts.Levels.LevelKind level, Guid id, string name, int version) =>
        (name, version) == ("mx", 2)
            ? new CertificateContent
            {
                Leaf = new byte[] { 1, 2 },
                Chain = [new byte[] { 3, 4 }],
                Sha256 = new string('a', 64),
                PublicKeySha256 = new string('b', 64),
                HasPrivateKey = true
            }
            : null;

    private static ServicePart Part(BuiltBundle built) =>
        JsonSerializer.Deserialize(built.Parts[0].Bytes, ContractsJson.Default.ServicePart)!;
}
