using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Names;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Findings;

/// <summary>Names that no peer matches, or that stand for more than their owner has.</summary>
public sealed class NameRuleTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);
    private readonly TestCa ca = new("One", Now);
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    [Theory]
    [InlineData("mx2.example.org.", "ends in a dot")]
    [InlineData("*.example.org.", "ends in a dot")]
    [InlineData("mx 2.example.org", "blank")]
    [InlineData("mx_2.example.org", "underscore")]
    [InlineData("*.mx_2.example.org", "underscore")]
    [InlineData("https://mx2.example.org/", "URL")]
    [InlineData("postmaster@example.org", "e-mail address")]
    [InlineData("192.0.2.1", "SAN iPAddress")]
    [InlineData("2001:db8::1", "SAN iPAddress")]
    [InlineData("-mx2.example.org", "no host name")]
    [InlineData("mx2-.example.org", "no host name")]
    public void A_name_that_is_no_host_name_is_named(string name, string because)
    {
        var finding = Evaluate(["mx.example.org", name]).ShouldHaveSingleItem();
        (finding.Code, finding.Severity).ShouldBe(("name-matches-nothing", PkiSeverity.Warning));
        finding.Message.ShouldContain($"'{name}'");
        finding.Message.ShouldContain(because);
    }

    [Theory]
    [InlineData("MX2.Example.ORG")]
    [InlineData("*.example.org")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("localhost")]
    [InlineData("1.2.3.example")]
    public void A_host_name_is_not(string name) => Evaluate(["mx.example.org", name]).ShouldBeEmpty();

    [Theory]
    [InlineData("*", true)]
    [InlineData("*.org", true)]
    [InlineData("*.co.uk", true)]
    [InlineData("*.com.au", true)]
    [InlineData("*.or.at", true)]
    [InlineData("*.example.co.uk", false)]
    [InlineData("*.co.de", false)]
    [InlineData("*.net.example.org", false)]
    public void A_wildcard_below_a_public_suffix_is_too_wide(string name, bool wide) =>
        Evaluate(["mx.example.org", name]).Select(f => f.Code).ShouldBe(wide ? ["wide-wildcard"] : []);

    [Theory]
    [InlineData("mx.*.org", "in the wrong label; RFC 9525 peers ignore it, and so does OpenSSL")]
    [InlineData("*.*.example.org", "in the wrong label")]
    [InlineData("m*.example.org", "not a whole left-most label; RFC 9525 peers ignore it, some OpenSSL peers match it")]
    public void A_wildcard_in_the_wrong_place_is_told_once(string name, string because)
    {
        var finding = Evaluate(["mx.example.org", name]).ShouldHaveSingleItem();
        finding.Code.ShouldBe("partial-wildcard");
        finding.Message.ShouldContain(because);
    }

    [Theory]
    [InlineData("gw.example.org", BindingRole.Server, true)]
    [InlineData("gw.example.org", BindingRole.None, true)]
    [InlineData("gw.example.org", BindingRole.Client, false)]
    [InlineData("192.0.2.1", BindingRole.Server, true)]
    [InlineData("MX.example.org", BindingRole.Server, false)]
    [InlineData("a.example.net", BindingRole.Server, false)]
    [InlineData("Mail gateway of Example, Inc.", BindingRole.Server, false)]
    public void A_host_that_stands_only_in_the_cn_is_named(string commonName, BindingRole role, bool told)
    {
        var order = Order(["mx.example.org", "*.example.net"]) with { Subject = new SubjectName { CommonName = commonName } };
        Evaluate(order, role).Select(f => f.Code).ShouldBe(told ? ["common-name-not-in-san"] : []);
    }

    [Fact]
    public void A_name_that_ends_in_a_dot_matches_no_host()
    {
        var certificate = ca.Issue(Order(["mx2.example.org."]));
        NameMatcher.Match(certificate, ReferenceIdentity.TryParse("mx2.example.org")!).ShouldBeNull();
    }

    public void Dispose()
    {
        ca.Dispose();
        key.Dispose();
    }

    private IReadOnlyList<CertificateFinding> Evaluate(IReadOnlyList<string> names) => Evaluate(Order(names), BindingRole.Server);

    private IReadOnlyList<CertificateFinding> Evaluate(IssueOrder order, BindingRole role) =>
        CertificateFindings.Evaluate(new FindingContext
        {
            Certificate = ca.Issue(order),
            Intermediates = [ca.Intermediate],
            Now = Now,
            Role = role,
            HostNames = ["mx.example.org"],
            Public = true,
            Trust = new TrustAnchors([ca.Root], useSystem: false),
        });

    private IssueOrder Order(IReadOnlyList<string> names) => ca.Leaf(key.Public, names, TimeSpan.FromDays(90)) with
    {
        Subject = new SubjectName { CommonName = "mx.example.org" },
    };
}
