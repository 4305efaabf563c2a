using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Renewals;
using Cluster.Pki.Tests.Findings;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Renewals;

/// <summary>Certificates that other programs made, one compared with the other.</summary>
public sealed class CertificateComparisonTests(RuleMaterial material) : IClassFixture<RuleMaterial>
{
    [Fact]
    public void The_same_certificate_differs_in_nothing() => Between("good", "good").ShouldBeEmpty();

    [Theory]
    [InlineData("good", "stapled", "MustStaple:  -> must-staple")]
    [InlineData("stapled", "good", "MustStaple: must-staple -> ")]
    [InlineData("good", "rsa", "KeyKind: EC P-256 -> RSA 2048")]
    [InlineData("good", "brainpool", "KeyKind: EC P-256 -> EC brainpoolP256r1")]
    [InlineData("good", "edwards", "KeyKind: EC P-256 -> Ed25519")]
    [InlineData("good", "wildcard", "NameLost: mx.example.org -> ", "NameNew:  -> *.example.org")]
    [InlineData("good", "address-only", "NameLost: mx.example.org -> ", "NameNew:  -> 192.0.2.1")]
    [InlineData("cn-only", "wildcard", "NameLost: mx.example.org -> ", "NameNew:  -> *.example.org")]
    [InlineData("good", "mail-only", "UsageLost: serverAuth -> ", "UsageLost: clientAuth -> ")]
    [InlineData("mail-only", "good", "UsageLost: emailProtection -> ")]
    [InlineData("good", "agreement", "UsageLost: digitalSignature -> ")]
    [InlineData("good", "long", "ValidityPeriod: 90 days -> 900 days")]
    public void Each_difference_is_named(string before, string after, params string[] expected)
    {
        var found = Between(before, after);
        found.Where(d => d.Kind is not (DifferenceKind.Key or DifferenceKind.Subject)).Select(Text).ShouldBe(expected);
        found.ShouldAllBe(d => d.Message.EndsWith('.'));
        found.Count(d => d.Kind == DifferenceKind.Key).ShouldBe(1);
    }

    [Fact]
    public void Another_issuer_below_the_same_root_is_no_other_root()
    {
        var anchors = new TrustAnchors([material.Root, material.Certificate("other-root")], useSystem: false);
        Between("good", "under-root", anchors)
            .Where(d => d.Kind is DifferenceKind.Issuer or DifferenceKind.Root or DifferenceKind.ChainLength).Select(Text)
            .ShouldBe(["Issuer: CN=Corpus intermediate -> CN=Corpus root", "ChainLength: 1 -> 0"]);
        Between("good", "other-root", anchors).Single(d => d.Kind == DifferenceKind.Root).After.ShouldBe("CN=Corpus other-root");
    }

    [Theory]
    [InlineData("good", true, true)]
    [InlineData("mail-only", false, false)]
    [InlineData("agreement", false, false)]
    [InlineData("cn-only", true, false)]
    public void A_certificate_suits_what_its_usages_allow(string name, bool server, bool client)
    {
        var served = Served(name);
        (served.Suits(BindingRole.Server), served.Suits(BindingRole.Client)).ShouldBe((server, client));
        served.Suits(BindingRole.None).ShouldBeTrue();
    }

    private IReadOnlyList<CertificateDifference> Between(string before, string after, TrustAnchors? anchors = null) =>
        CertificateComparison.Between(Served(before), Served(after), anchors);

    private ServedCertificate Served(string name) =>
        new(material.Certificate(name), name is "under-root" or "other-root" ? [] : [material.Intermediate]);

    private static string Text(CertificateDifference difference) => $"{difference.Kind}: {difference.Before} -> {difference.After}";
}
