using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Renewals;
using Cluster.Domain.Validation;
using Cluster.Pki.Keys;
using Cluster.Pki.Renewals;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Renewals;

public sealed class CertificateReplacementsTests : IDisposable
{
    private const string Listener = """
        {"type":"public","port":25,"hostname":"mx.example.org","certificate":"mx","defaultPolicy":"p","domains":["example.org"],
        "sni":[{"serverName":"sni.example.org","certificate":"mx"}]}
        """;

    private static readonly string[] Before = ["mx.example.org", "mx2.example.org", "sni.example.org", "spare.example.org"];
    private readonly TestCa ca = new("One", Make.Now);
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    [Theory]
    [InlineData("mx.example.org,mx2.example.org,sni.example.org", "")]
    [InlineData("*.example.org", "")]
    [InlineData("mx2.example.org,sni.example.org", "mx.example.org")]
    // An MX host of the listener's domain, and the name of the SNI entry, are needed too.
    [InlineData("mx.example.org,sni.example.org", "mx2.example.org")]
    [InlineData("mx.example.org,mx2.example.org", "sni.example.org")]
    public void A_name_is_lost_where_a_binding_needs_it(string names, string lost)
    {
        var replacement = Replace(names.Split(','), Make.Item(Kinds.Listeners, "in", Listener)).ShouldHaveSingleItem();
        replacement.Lost.Select(l => l.Needed).ShouldBe(lost.Length == 0 ? [] : [lost]);
        replacement.Dangerous.ShouldAllBe(
            l => l.Code == DangerousChanges.CertificateNameLost && l.Binding == "listeners/in" && l.Had.Single() == lost);
        replacement.Differences.Count(d => d.Kind == DifferenceKind.NameLost && d.Before == "spare.example.org").ShouldBe(1);
    }

    [Fact]
    public void Where_another_certificate_holds_nothing_is_lost()
    {
        var own = Make.Item(Kinds.Certificates, "mx", """{"version":7}""", LevelKind.Group);
        var replacement = Replace(["other.example.org"], Make.Item(Kinds.Listeners, "in", Listener), own).ShouldHaveSingleItem();
        replacement.Lost.ShouldBeEmpty();
    }

    [Fact]
    public void A_certificate_of_a_nearer_level_is_compared_and_need_not_be_acknowledged()
    {
        var items = new[] { Make.Item(Kinds.Listeners, "in", Listener), Make.Item(Kinds.Certificates, "mx", """{"version":1}""") };
        var own = Make.Item(Kinds.Certificates, "mx", """{"version":2}""", LevelKind.Group);
        var replacement = Between(items, [.. items, own], ["other.example.org"], own.Key).ShouldHaveSingleItem();
        (replacement.Before.Key.LevelKind, replacement.After.Key.LevelKind).ShouldBe((LevelKind.Cluster, LevelKind.Group));
        replacement.Lost.Select(l => l.Needed).ShouldBe(["mx.example.org", "mx2.example.org", "sni.example.org"], ignoreOrder: true);
        replacement.Dangerous.ShouldBeEmpty();
    }

    [Fact]
    public void Labels_alone_replace_nothing()
    {
        var before = Make.Item(Kinds.Certificates, "mx", """{"version":1}""");
        var after = Make.Item(Kinds.Certificates, "mx", """{"version":1,"labels":{"a":"b"}}""");
        Between([before], [after], ["other.example.org"], before.Key).ShouldBeEmpty();
    }

    public void Dispose()
    {
        ca.Dispose();
        key.Dispose();
    }

    private IReadOnlyList<CertificateReplacement> Replace(IReadOnlyList<string> names, params Item[] others)
    {
        var (before, after) = (
            Make.Item(Kinds.Certificates, "mx", """{"version":1}"""), Make.Item(Kinds.Certificates, "mx", """{"version":2}"""));
        return Between([.. others, before], [.. others, after], names, before.Key);
    }

    private IReadOnlyList<CertificateReplacement> Between(Item[] before, Item[] after, IReadOnlyList<string> names, ItemKey changed)
    {
        var (old, now) = (Content(Before), Content(names));
        var replacements = new CertificateReplacements(
            (_, _, _, version) => version == 2 ? now : old,
            CertificateFacts.TryRead,
            domain => domain == "example.org" ? new MxFacts(MxOutcome.Hosts, ["mx.example.org", "mx2.example.org"], Make.Now) : null);
        var fleet = Make.Fleet(Make.Machine());
        return replacements.Between(new(Make.Snapshot(before), fleet), new(Make.Snapshot(after), fleet), [changed]);
    }

    private CertificateContent Content(IReadOnlyList<string> names)
    {
        var leaf = ca.Issue(ca.Leaf(key.Public, names, null));
        return new CertificateContent
        {
            Leaf = leaf.Der,
            Chain = [ca.Intermediate.Der],
            Sha256 = leaf.Sha256,
            PublicKeySha256 = leaf.PublicKeySha256,
            HasPrivateKey = true,
        };
    }
}
