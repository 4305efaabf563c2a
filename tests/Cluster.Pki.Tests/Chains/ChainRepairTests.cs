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
    private readonly TestCa _ca = new("One", Now);
    private readonly TestCa _other = new("Two", Now);
    private readonly PrivateKeyMaterial _key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly CertificateInfo _leaf;

    public ChainRepairTests() => _leaf = _ca.IssueFor(_key.Public, "mx.example.org");

    [Fact]
    public void Order_is_repaired_duplicates_foreigners_and_the_root_are_dropped()
    {
        var chain = ChainRepair.Repair(_leaf, [_ca.Root, _other.Root, _ca.Intermediate, _leaf, _ca.Intermediate], [], Now);
        chain.Served.ShouldBe([_leaf, _ca.Intermediate]);
        chain.Root.ShouldBe(_ca.Root);
        chain.Extra.ShouldBe([_other.Root]);
        chain.Duplicates.ShouldBe([_ca.Intermediate]);
        chain.Reordered.ShouldBeTrue();
        chain.Missing.ShouldBeNull();
    }

    [Fact]
    public void A_missing_intermediate_is_named_with_its_address()
    {
        var leaf = _ca.Issue(_ca.Leaf(_key.Public, ["mx.example.org"], null) with { CaIssuerUrl = "http://ca.example.org/i.der" });
        var missing = ChainRepair.Repair(leaf, [leaf], [], Now).Missing.ShouldNotBeNull();
        missing.Issuer.ShouldBe(_ca.Intermediate.Subject);
        missing.Urls.ShouldBe(["http://ca.example.org/i.der"]);
        missing.MayBeRoot.ShouldBeFalse();
    }

    [Fact]
    public void A_chain_without_its_root_is_the_usual_case()
    {
        var chain = ChainRepair.Repair(_leaf, [_leaf, _ca.Intermediate], [], Now);
        chain.Reordered.ShouldBeFalse();
        chain.Missing.ShouldNotBeNull().MayBeRoot.ShouldBeTrue();
    }

    [Fact]
    public void A_missing_intermediate_is_taken_from_the_pool()
    {
        var chain = ChainRepair.Repair(_leaf, [_leaf], [_other.Intermediate, _ca.Intermediate, _ca.Root], Now);
        chain.Served.ShouldBe([_leaf, _ca.Intermediate]);
        chain.TakenFromPool.ShouldBe([_ca.Intermediate]);
        chain.Extra.ShouldBeEmpty();
    }

    [Fact]
    public void Of_cross_signed_alternatives_the_one_that_closes_is_served()
    {
        var cross = _other.CrossSign(_ca);
        var chain = ChainRepair.Repair(_leaf, [cross, _ca.Intermediate, _leaf, _other.Root], [], Now);
        chain.Served.ShouldBe([_leaf, cross]);
        chain.Root.ShouldBe(_other.Root);
        chain.Extra.ShouldBe([_ca.Intermediate]);
    }

    [Fact]
    public void Of_cross_signed_alternatives_the_trusted_one_is_served()
    {
        var cross = _other.CrossSign(_ca);
        CertificateInfo[] given = [cross, _ca.Intermediate, _leaf, _other.Root, _ca.Root];
        foreach (var (root, served) in new[] { (_ca.Root, _ca.Intermediate), (_other.Root, cross) })
        {
            var trust = new TrustAnchors([root], useSystem: false);
            ChainRepair.Repair(_leaf, given, [], Now, trust).Served.ShouldBe([_leaf, served]);
            // Also without any root: the one that ends below the trusted authority.
            var open = ChainRepair.Repair(_leaf, [cross, _ca.Intermediate], [], Now, trust);
            open.Served.ShouldBe([_leaf, served]);
            open.Missing.ShouldBeNull();
        }
    }

    [Fact]
    public void An_expired_alternative_is_not_served()
    {
        var later = Now.AddYears(4);
        var leaf = _ca.Issue(_ca.Leaf(_key.Public, ["mx.example.org"], TimeSpan.FromDays(2000)));
        ChainRepair.Repair(leaf, [_other.CrossSign(_ca), _other.Root, _ca.Intermediate], [], later).Served
            .ShouldBe([leaf, _ca.Intermediate]);
    }

    [Fact]
    public void The_leaf_is_found_by_its_key_and_the_newest_wins()
    {
        var newer = _ca.Issue(_ca.Leaf(_key.Public, ["mx.example.org"], null) with { NotBefore = Now });
        ChainRepair.FindLeaf(_key.PublicKeySha256, [_ca.Intermediate, _leaf, newer, _ca.Root]).ShouldBe(newer);
        ChainRepair.FindLeaf("00", [_leaf]).ShouldBeNull();
    }

    [Fact]
    public void Repair_is_idempotent_and_independent_of_the_order()
    {
        CertificateInfo[] all = [
            _leaf,
            _ca.Intermediate,
            _ca.Root,
            _other.Intermediate,
            _other.Root,
            _other.CrossSign(_ca),
            _ca.CrossSign(_other),
            _ca.Intermediate
        ];
        Gen.Shuffle(all).Select(Gen.Int[0, all.Length], (order, count) => order.Take(count).ToList()).Sample(
            given =>
            {
                var chain = ChainRepair.Repair(_leaf, given, [], Now);
                var again = ChainRepair.Repair(_leaf, [.. chain.Served], [], Now);
                var sorted = ChainRepair.Repair(_leaf, [.. given.OrderBy(c => c.Sha256, StringComparer.Ordinal)], [], Now);
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
        _ca.Dispose();
        _other.Dispose();
        _key.Dispose();
    }
}
