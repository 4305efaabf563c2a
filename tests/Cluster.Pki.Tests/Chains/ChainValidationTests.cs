using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Chains;

public sealed class ChainValidationTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);
    private readonly TestCa ca = new("One", Now);
    private readonly TestCa other = new("Two", Now);
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly CertificateInfo leaf;

    public ChainValidationTests() => leaf = ca.IssueFor(key.Public, "mx.example.org");

    [Fact]
    public void A_chain_to_a_trusted_root_is_trusted()
    {
        var verdict = ChainValidation.Validate(leaf, [ca.Intermediate], new TrustAnchors([other.Root, ca.Root], useSystem: false), Now);
        verdict.Trusted.ShouldBeTrue();
        verdict.Path.ShouldBe([leaf, ca.Intermediate, ca.Root]);
    }

    [Fact]
    public void A_chain_of_another_root_is_not()
    {
        var verdict = ChainValidation.Validate(leaf, [ca.Intermediate, ca.Root], new TrustAnchors([other.Root], useSystem: true), Now);
        verdict.Trusted.ShouldBeFalse();
        verdict.Problem.ShouldNotBeNull().Code.ShouldBe(ChainValidation.Untrusted);
    }

    [Fact]
    public void An_unserved_intermediate_breaks_trust() =>
        ChainValidation.Validate(leaf, [], new TrustAnchors([ca.Root], useSystem: false), Now).Problem
            .ShouldNotBeNull().Message
            .ShouldContain(ca.Intermediate.Subject);

    [Fact]
    public void A_cross_signed_intermediate_gives_a_second_path() =>
        ChainValidation.Validate(
            leaf, [ca.Intermediate, other.CrossSign(ca)], new TrustAnchors([other.Root], useSystem: false), Now).Trusted
            .ShouldBeTrue();

    [Fact]
    public void Everything_must_be_valid_now() =>
        ChainValidation.Validate(leaf, [ca.Intermediate], new TrustAnchors([ca.Root], useSystem: false), Now.AddDays(91)).Problem
            .ShouldNotBeNull().Code
            .ShouldBe(ChainValidation.OutsideValidity);

    [Fact]
    public void A_leaf_cannot_issue()
    {
        using var below = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var forged = CertificateIssuing.Issue(leaf, key, ca.Leaf(below.Public, ["victim.example.org"], null));
        ChainValidation.Validate(forged, [leaf, ca.Intermediate], new TrustAnchors([ca.Root], useSystem: false), Now).Trusted
            .ShouldBeFalse();
    }

    [Fact]
    public void Path_length_and_key_usage_of_authorities_count()
    {
        using var rootKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var middleKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        IssueOrder Authority(PublicKeyMaterial key, string name, X509KeyUsageFlags usage, int? length) => new()
        {
            PublicKey = key,
            Subject = new SubjectName { CommonName = name },
            NotBefore = Now.AddDays(-1),
            NotAfter = Now.AddYears(1),
            KeyUsage = usage,
            IsCa = true,
            PathLength = length,
        };
        var root = CertificateIssuing.IssueSelfSigned(rootKey, Authority(rootKey.Public, "root", X509KeyUsageFlags.KeyCertSign, 0));
        var tooDeep = CertificateIssuing.Issue(root, rootKey, Authority(middleKey.Public, "middle", X509KeyUsageFlags.KeyCertSign, null));
        var cannotSign =
            CertificateIssuing.Issue(root, rootKey, Authority(middleKey.Public, "middle", X509KeyUsageFlags.DigitalSignature, null));
        var leaf = CertificateIssuing.Issue(tooDeep, middleKey, ca.Leaf(key.Public, ["a.example.org"], null));
        var anchors = new TrustAnchors([root], useSystem: false);
        ChainValidation.Validate(leaf, [tooDeep], anchors, Now).Problem.ShouldNotBeNull().Message.ShouldContain("pathLenConstraint");
        ChainValidation.Validate(leaf, [cannotSign], anchors, Now).Problem.ShouldNotBeNull().Message.ShouldContain("keyUsage");
    }

    [Fact]
    public void The_list_of_the_host_is_read() => SystemAuthorities.All.Count.ShouldBeGreaterThan(0);

    public void Dispose()
    {
        ca.Dispose();
        other.Dispose();
        key.Dispose();
    }
}
