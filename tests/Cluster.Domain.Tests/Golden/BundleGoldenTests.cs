using System.Text;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;
using Cluster.Testing.Golden;
using Xunit;

namespace Cluster.Domain.Tests.Golden;

/// <summary>Bundles and parts are signed by hash and kept on hosts: equal configurations must give equal bytes in every version.</summary>
public sealed class BundleGoldenTests
{
    [Fact]
    public void A_configuration_becomes_exactly_these_bytes()
    {
        var built = Build();

        Golden("bundle.json").ShouldBe(Encoding.UTF8.GetString(built.Bytes));
        Golden("part-postfix.json").ShouldBe(Encoding.UTF8.GetString(built.Parts[0].Bytes));
        Golden("hashes.txt").ShouldBe($"bundle {built.Sha256}\npart-postfix {built.Parts[0].Sha256}");
    }

    private static GoldenFile Golden(string name) => GoldenFile.Of("Cluster.Domain.Tests", $"bundles/{name}");

    private static BuiltBundle Build()
    {
        Item[] items =
        [
            Make.Item(Kinds.Listeners, "in", Document(Kinds.Listeners)),
            Make.Item(Kinds.MailFlowPolicies, "accept", Document(Kinds.MailFlowPolicies)),
            Make.Item(Kinds.MailFlowPolicies, "strict", """{"tls":"required"}"""),
            Make.Item(Kinds.DestinationControls, "example.net", Document(Kinds.DestinationControls)),
            Make.Item(Kinds.DestinationControls, "hidden.example", """{"tls":"required"}"""),
            Make.Item(Kinds.DestinationControls, "hidden.example", null, LevelKind.Machine),
            Make.Item(Kinds.Outbound, Kinds.SingletonName, Document(Kinds.Outbound)),
            Make.Item(Kinds.Trust, Kinds.SingletonName, Document(Kinds.Trust)),
            Make.Item(Kinds.AgentSettings, Kinds.SingletonName, """{"drift":{"default":"repair"}}"""),
            Make.Item(Kinds.Certificates, "mx", """{"version":2}"""),
            Make.Item(Kinds.Certificates, "mx-ec", """{"version":1}"""),
            Make.Item(Kinds.Certificates, "client", """{"version":1}"""),
        ];
        var effective = EffectiveResolver.Resolve(Make.Snapshot(items), Make.GroupId, Make.MachineId);
        return BundleBuilder.Build(effective, [Make.Postfix()], Contents);
    }

    private static string Document(string kind) => GoldenFile.Of("Cluster.Domain.Tests", $"documents/{kind}.json").Text;

    private static CertificateContent Contents(LevelKind kind, Guid level, string name, int version) => new()
    {
        Leaf = Encoding.UTF8.GetBytes($"leaf of {name} {version}"),
        Chain = [Encoding.UTF8.GetBytes("intermediate")],
        Sha256 = new string('a', 64),
        PublicKeySha256 = new string('b', 64),
        HasPrivateKey = true,
    };
}
