using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Names;
using Cluster.Pki.Requests;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Names;

public sealed class NameMatcherTests
{
    [Theory]
    [InlineData("mx.example.org", "MX.example.org.", true)]
    [InlineData("*.example.org", "mx.example.org", true)]
    [InlineData("*.example.org", "a.mx.example.org", false)]
    [InlineData("*.example.org", "example.org", false)]
    [InlineData("m*.example.org", "mx.example.org", false)]
    [InlineData("*.org", "example.org", false)]
    [InlineData("mx.*.org", "mx.example.org", false)]
    [InlineData("xn--bcher-kva.example", "bücher.example", true)]
    [InlineData("mx.example.org", ".example.org", true)]
    [InlineData("*.example.org", ".example.org", true)]
    [InlineData("example.org", ".example.org", false)]
    [InlineData("badexample.org", ".example.org", false)]
    public void Names_match_as_RFC_9525_says(string presented, string reference, bool expected) =>
        NameMatcher.Matches(presented, ReferenceIdentity.TryParse(reference).ShouldNotBeNull()).ShouldBe(expected);

    [Fact]
    public void The_common_name_counts_only_without_alternative_names()
    {
        var reference = ReferenceIdentity.TryParse("mx.example.org").ShouldNotBeNull();
        NameMatcher.Match(Certificate("mx.example.org", []), reference).ShouldNotBeNull().ByCommonName.ShouldBeTrue();
        NameMatcher.Match(Certificate("mx.example.org", ["other.example.org"]), reference).ShouldBeNull();
    }

    [Fact]
    public void An_address_matches_only_an_address()
    {
        RequestedNames.Check(null, ["mx.example.org"], ["2001:db8::1"], out var names);
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var certificate = SelfSigned.Create(key, names.ShouldNotBeNull(), TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        NameMatcher.Match(certificate, [ReferenceIdentity.TryParse("192.0.2.1")!, ReferenceIdentity.TryParse("2001:db8:0::1")!])
            .ShouldNotBeNull().Presented
            .ShouldBe("2001:db8::1");
    }

    [Theory]
    [InlineData("EXAMPLE.org.", "example.org")]
    [InlineData("Bücher.example", "xn--bcher-kva.example")]
    [InlineData("例え.jp", "xn--r8jz45g.jp")]
    public void Host_names_are_normalised(string name, string expected)
    {
        DnsNames.TryNormalise(name, out var normalised).ShouldBeTrue();
        normalised.ShouldBe(expected);
    }

    [Theory]
    [InlineData("under_score.example")]
    [InlineData("-a.example")]
    [InlineData("a..b")]
    [InlineData("")]
    [InlineData("a b.example")]
    public void Other_text_is_no_host_name(string name) => DnsNames.TryNormalise(name, out _).ShouldBeFalse();

    private static CertificateInfo Certificate(string commonName, IReadOnlyList<string> dnsNames)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var now = TimeProvider.System.GetUtcNow();
        // As authorities of old issued them; requests made here always have a SAN.
        return CertificateIssuing.IssueSelfSigned(key, new IssueOrder
        {
            PublicKey = key.Public, Subject = new SubjectName { CommonName = commonName }, DnsNames = dnsNames,
            NotBefore = now, NotAfter = now.AddDays(1), KeyUsage = X509KeyUsageFlags.DigitalSignature,
        });
    }
}
