using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using CsCheck;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Chains;

public sealed class ChainRepairTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);
    private readonly TestCa ca = new("One", Now);
    private readonly TestCa other = new("Two", Now);
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly CertificateInfo leaf;

    public ChainRepairTests() => leaf = ca.IssueFor(key.Public, "mx.example.org");

    [Fact]
    public void Order_is_repaired_duplicates_foreigners_and_the_root_are_dropped()
    {
        var chain = ChainRepair.Repair(leaf, [ca.Root, other.Root, ca.Intermediate, leaf, ca.Intermediate], [], Now);
        chain.Served.ShouldBe([leaf, ca.Intermediate]);
        chain.Root.ShouldBe(ca.Root);
        chain.Extra.ShouldBe([other.Root]);
        chain.Duplicates.ShouldBe([ca.Intermediate]);
        chain.Reordered.ShouldBeTrue();
        chain.Missing.ShouldBeNull();
    }

    [Fact]
    public void A_missing_intermediate_is_named_with_its_address()
    {
        var leaf = ca.Issue(ca.Leaf(key.Public, ["mx.example.org"], null) with { CaIssuerUrl = "http://ca.example.org/i.der" });
        var missing = ChainRepair.Repair(leaf, [leaf], [], Now).Missing.ShouldNotBeNull();
        missing.Issuer.ShouldBe(ca.Intermediate.Subject);
        missing.Urls.ShouldBe(["http://ca.example.org/i.der"]);
        missing.MayBeRoot.ShouldBeFalse();
    }

    [Fact]
    public void A_chain_without_its_root_is_the_usual_case()
    {
        var chain = ChainRepair.Repair(leaf, [leaf, ca.Intermediate], [], Now);
        chain.Reordered.ShouldBeFalse();
        chain.Missing.ShouldNotBeNull().MayBeRoot.ShouldBeTrue();
    }

    [Fact]
    public void A_missing_intermediate_is_taken_from_the_pool()
    {
        var chain = ChainRepair.Repair(leaf, [leaf], [other.Intermediate, ca.Intermediate, ca.Root], Now);
        chain.Served.ShouldBe([leaf, ca.Intermediate]);
        chain.TakenFromPool.ShouldBe([ca.Intermediate]);
        chain.Extra.ShouldBeEmpty();
    }

    [Fact]
    public void Of_cross_signed_alternatives_the_one_that_closes_is_served()
    {
        var cross = other.CrossSign(ca);
        var chain = ChainRepair.Repair(leaf, [cross, ca.Intermediate, leaf, other.Root], [], Now);
        chain.Served.ShouldBe([leaf, cross]);
        chain.Root.ShouldBe(other.Root);
        chain.Extra.ShouldBe([ca.Intermediate]);
    }

    [Fact]
    public void Of_cross_signed_alternatives_the_trusted_one_is_served()
    {
        var cross = other.CrossSign(ca);
        CertificateInfo[] given = [cross, ca.Intermediate, leaf, other.Root, ca.Root];
        foreach (var (root, served) in new[] { (ca.Root, ca.Intermediate), (other.Root, cross) })
        {
            var trust = new TrustAnchors([root], useSystem: false);
            ChainRepair.Repair(leaf, given, [], Now, trust).Served.ShouldBe([leaf, served]);
            // Also without any root: the one that ends below the trusted authority.
            var open = ChainRepair.Repair(leaf, [cross, ca.Intermediate], [], Now, trust);
            open.Served.ShouldBe([leaf, served]);
            open.Missing.ShouldBeNull();
        }
    }

    [Fact]
    public void An_expired_alternative_is_not_served()
    {
        var later = Now.AddYears(4);
        var leaf = ca.Issue(ca.Leaf(key.Public, ["mx.example.org"], TimeSpan.FromDays(2000)));
        ChainRepair.Repair(leaf, [other.CrossSign(ca), other.Root, ca.Intermediate], [], later).Served
            .ShouldBe([leaf, ca.Intermediate]);
    }

    [Fact]
    public void The_leaf_is_found_by_its_key_and_the_newest_wins()
    {
        var newer = ca.Issue(ca.Leaf(key.Public, ["mx.example.org"], null) with { NotBefore = Now });
        ChainRepair.FindLeaf(key.PublicKeySha256, [ca.Intermediate, leaf, newer, ca.Root]).ShouldBe(newer);
        ChainRepair.FindLeaf("00", [leaf]).ShouldBeNull();
    }

    [Fact]
    public void Repair_is_idempotent_and_independent_of_the_order()
    {
        CertificateInfo[] all = [
            leaf,
            ca.Intermediate,
            ca.Root,
            other.Intermediate,
            other.Root,
            other.CrossSign(ca),
            ca.CrossSign(other),
            ca.Intermediate
        ];
        Gen.Shuffle(all).Select(Gen.Int[0, all.Length], (order, count) => order.Take(count).ToList()).Sample(
            given =>
            {
                var chain = ChainRepair.Repair(leaf, given, [], Now);
                var again = ChainRepair.Repair(leaf, [.. chain.Served], [], Now);
                var sorted = ChainRepair.Repair(leaf, [.. given.OrderBy(c => c.Sha256, StringComparer.Ordinal)], [], Now);
                return again.Served.SequenceEqual(chain.Served) && !again.Reordered && again.Extra.Count == 0
                    && sorted.Served.SequenceEqual(chain.Served)
                    && sorted.Extra.SequenceEqual(chain.Extra)
                    && sorted.Missing?.Issuer == chain.Missing?.Issuer;
            },
            iter: 300,
            threads: 1);
    }

    public void Dispose()
    {
        ca.Dispose();
        other.Dispose();
        key.Dispose();
    }
}
