using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Findings.Authorities;
using Cluster.Pki.Names;
using Cluster.Pki.Tests.Chains.Forging;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Findings;

/// <summary>Each rule has a file, a source, a place in the documentation, and material of other programs that brings it out.</summary>
public sealed class RuleMatrixTests(RuleMaterial material) : IClassFixture<RuleMaterial>
{
    private static readonly Dictionary<string, Func<RuleMaterial, FindingContext>> Cases = new(StringComparer.Ordinal)
    {
        ["certificate-expired"] = m => Leaf(m, "good", days: 91),
        ["certificate-expires-soon"] = m => Leaf(m, "good", days: 70) with { Role = BindingRole.None },
        ["deployed-certificate-expires"] = m => Leaf(m, "good", days: 70),
        ["certificate-not-yet-valid"] = m => Leaf(m, "good", days: -1),
        ["self-signed"] = m => Leaf(m, "root"),
        ["demo-certificate"] = m => Leaf(m, "own") with { Demo = true },
        ["name-mismatch"] = m => Leaf(m, "good") with { HostNames = ["mx.example.net"] },
        ["common-name-only"] = m => Leaf(m, "cn-only"),
        ["partial-wildcard"] = m => Leaf(m, "partial"),
        ["wide-wildcard"] = m => Leaf(m, "country-wildcard"),
        ["name-matches-nothing"] = m => Leaf(m, "dotted"),
        ["common-name-not-in-san"] = m => Leaf(m, "address-only"),
        ["weak-key"] = m => Leaf(m, "weak"),
        ["uncommon-key"] = m => Leaf(m, "edwards"),
        ["weak-signature"] = m => Leaf(m, "sha1"),
        ["missing-intermediate"] = m => Leaf(m, "good") with { Intermediates = [] },
        ["completed-chain"] = m => Repaired(m, ["good"], pool: ["intermediate"]),
        ["extra-certificate"] = m => Repaired(m, ["good", "intermediate", "other-root"]),
        ["duplicate-certificate"] = m => Repaired(m, ["good", "intermediate", "intermediate"]),
        ["misordered-chain"] = m => Repaired(m, ["intermediate", "good"]),
        ["key-usage"] = m => Leaf(m, "agreement"),
        ["extended-key-usage"] = m => Leaf(m, "mail-only"),
        ["usage-without-binding"] = m => Leaf(m, "mail-only") with { Role = BindingRole.None },
        ["public-client-use-ends"] =
            m => Leaf(m, "good") with { Role = BindingRole.Client, Trust = new TrustAnchors([], useSystem: true, [m.Root]) },
        ["must-staple"] = m => Leaf(m, "stapled"),
        ["ca-leaf"] = m => Leaf(m, "authority-leaf"),
        ["lifetime-too-long"] = m => Leaf(m, "long"),
        ["key-mismatch"] = m => Leaf(m, "good") with { PrivateKeyPublicSha256 = m.Root.PublicKeySha256 },
        ["untrusted-chain"] = m => Leaf(m, "good") with { Trust = new TrustAnchors([m.Certificate("other-root")], useSystem: false) },
        ["chain-signature"] = _ => Forged(leaf: l => l with { BreakSignature = true }),
        ["chain-not-an-authority"] = _ => Forged(authority: a => a with { IsCa = false }),
        ["chain-path-length"] = _ => Forged(root: r => r with { PathLength = 0 }),
        ["chain-extended-key-usage"] = _ => Forged(authority: a => a with { ExtendedKeyUsage = ["1.3.6.1.5.5.7.3.2"] }),
        ["chain-authority-key"] = _ => Forged(leaf: l => l with { Named = NamedIssuer.ByOtherKey }),
        ["chain-critical-extension"] = _ => Forged(leaf: l => l with { Critical = "1.2.3.4.5" }),
        ["chain-name-form"] = _ => Forged(leaf: l => l with { IssuerWritten = "CN=UPPER, O=Example Trust" }),
        ["chain-name-constraints"] = _ => Forged(authority: a => a with { Permitted = ["dns:example.net"] }),
        ["not-judged"] = m => Repaired(m, ["good", "intermediate"]) is var c ? c with { Repaired = c.Repaired! with { Cut = true } } : c,
        ["chain-outside-validity"] = m => Leaf(m, "under-short", days: 40) with { Intermediates = [m.Certificate("short-intermediate")] },
        ["malformed-certificate"] = m => Leaf(m, "malformed"),
    };

    private static readonly Dictionary<string, Func<RuleMaterial, AuthorityContext>> AuthorityCases = new(StringComparer.Ordinal)
    {
        ["authority-expired"] = m => Authority(m, "root", days: 7301),
        ["authority-expires-soon"] = m => Authority(m, "root", days: 7299),
        ["authority-not-yet-valid"] = m => Authority(m, "root", days: -1),
        ["authority-root-missing"] = m => Authority(m, "intermediate"),
        ["authority-duplicate"] = m => Authority(m, "root") with { AlsoIn = ["trusted-authorities/other"] },
        ["authority-key-usage"] = m => Authority(m, "wrong-root"),
        ["authority-weak-key"] = m => Authority(m, "weak-root"),
        ["authority-version-1"] = m => Authority(m, "version-1-root"),
    };

    public static TheoryData<string> Codes => [.. CertificateFindings.References.Keys, .. AuthorityFindings.References.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Material_of_other_programs_brings_the_finding_out(string code)
    {
        Found(code).ShouldContain(code);
        // A certificate without the fault does not have it.
        Good().ShouldNotContain(code);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_finding_is_documented_with_its_source(string code)
    {
        var row = File.ReadLines(Path.Combine(Builds.Top, "docs/findings.md"))
            .FirstOrDefault(l => l.StartsWith($"| `{code}` |", StringComparison.Ordinal))
            .ShouldNotBeNull($"docs/findings.md has no row for {code}");
        var source = CertificateFindings.References.GetValueOrDefault(code) ?? AuthorityFindings.References[code];
        row.ShouldContain(source);
        source.ShouldMatch("RFC [0-9]+|CA/B Forum BR");
    }

    [Theory]
    [InlineData("pss", PkiSeverity.Info)]
    [InlineData("edwards", null)]
    [InlineData("rsa", null)]
    public void Keys_that_hardly_any_software_takes_are_pointed_out_unbound(string name, PkiSeverity? expected)
    {
        var unbound = Leaf(material, name) with { Public = false, Role = BindingRole.None };
        var severities = CertificateFindings.Evaluate(unbound).Where(f => f.Code == "uncommon-key").Select(f => (PkiSeverity?)f.Severity);
        severities.FirstOrDefault().ShouldBe(expected);
    }

    [Fact]
    public void Each_rule_has_a_file_of_its_own()
    {
        var rules = typeof(CertificateFindings).Assembly
            .GetTypes()
            .Where(t => t is { IsInterface: false } && t.GetInterfaces().Any(i => i.Name is "ICertificateRule" or "IAuthorityRule"))
            .ToList();
        rules.Count.ShouldBe(CertificateFindings.References.Count + AuthorityFindings.References.Count);
        rules.Where(
            t => !File.Exists(
                Path.Combine(Builds.Top, "src", "Cluster.Pki", $"{string.Join('/', t.Namespace!.Split('.').Skip(2))}/{t.Name}.cs")))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("good", "mx.example.org", "good")]
    [InlineData("good", "MX.Example.Org", "good")]
    [InlineData("good", "mx2.example.org", "none")]
    [InlineData("wildcard", "mx.example.org", "good")]
    [InlineData("wildcard", "example.org", "none")]
    [InlineData("wildcard", "a.mx.example.org", "none")]
    [InlineData("top-wildcard", "example.org", "none")]
    [InlineData("partial", "mx9.example.org", "openssl")]
    [InlineData("partial", "m.example.org", "openssl")]
    [InlineData("partial", "x.example.org", "none")]
    [InlineData("idn-partial", "xn--mx-eka.example.org", "none")]
    [InlineData("idn-partial", "x9.example.org", "openssl")]
    [InlineData("country-wildcard", "example.co.uk", "good")]
    [InlineData("dotted-only", "mx2.example.org", "none")]
    [InlineData("address-only", "mx.example.org", "both")]
    [InlineData("cn-only", "mx.example.org", "good")]
    public async Task What_lenient_peers_accept_is_what_openssl_accepts(string name, string host, string expected)
    {
        var certificate = material.Certificate(name);
        var reference = ReferenceIdentity.TryParse(host).ShouldNotBeNull();
        var (strict, byOpenSsl, byPostfix) = (
            NameMatcher.Match(certificate, reference) is not null,
            LenientMatch.ByOpenSsl(certificate, reference) is not null,
            LenientMatch.ByPostfix(certificate, reference) is not null);

        (strict, byPostfix).ShouldBe((expected == "good", expected is "good" or "both"));
        byOpenSsl.ShouldBe(await material.OpenSslAcceptsAsync(name, host), $"{name} for {host}");
        var finding =
            CertificateFindings.Evaluate(Leaf(material, name) with { HostNames = [host] }).FirstOrDefault(f => f.Code == "name-mismatch");
        (finding is null).ShouldBe(strict);
        if (expected == "openssl") finding!.Message.ShouldContain("OpenSSL peers still accept");
        if (expected == "both") finding!.Message.ShouldContain("OpenSSL and Postfix peers still accept");
        if (expected == "none") finding!.Message.ShouldNotContain("still accept");
    }

    [Theory]
    [InlineData("edwards", true, false)]
    [InlineData("brainpool", true, false)]
    [InlineData("pss", true, true)]
    [InlineData("p384", false, false)]
    [InlineData("rsa", false, false)]
    public void Only_keys_that_peers_can_use_are_common(string name, bool uncommon, bool everywhere)
    {
        Codes(Leaf(material, name)).ShouldBe(uncommon ? ["uncommon-key"] : []);
        Codes(Leaf(material, name) with { Public = false }).ShouldBe(everywhere ? ["uncommon-key"] : []);

        static IEnumerable<string> Codes(FindingContext context) => CertificateFindings.Evaluate(context).Select(f => f.Code);
    }

    [Fact]
    public void A_leaf_of_the_trusted_root_itself_misses_no_intermediate()
    {
        CertificateFindings.Evaluate(Leaf(material, "under-root") with { Intermediates = [] }).ShouldBeEmpty();
        var unknown = CertificateFindings.Evaluate(
            Leaf(material, "under-root") with { Intermediates = [], Trust = new TrustAnchors([], useSystem: false) });
        unknown.Select(f => f.Code).ShouldBe(["missing-intermediate", "untrusted-chain"]);
    }

    [Fact]
    public async Task An_intermediate_alone_verifies_nothing_for_openssl()
    {
        (await material.OpenSslAcceptsAsync("good", null, "intermediate")).ShouldBeFalse();
        (await material.OpenSslAcceptsAsync("good", null)).ShouldBeTrue();
    }

    private IReadOnlyList<string> Found(string code) => AuthorityCases.TryGetValue(code, out var authority)
        ? [.. AuthorityFindings.Evaluate(authority(material)).Select(f => f.Code)]
        : [
            .. CertificateFindings.Evaluate(Cases.GetValueOrDefault(code).ShouldNotBeNull($"no material for {code}")(material))
                .Select(f => f.Code)
        ];

    private IEnumerable<string> Good() =>
        CertificateFindings.Evaluate(Leaf(material, "good"))
            .Concat(AuthorityFindings.Evaluate(Authority(material, "root")))
            .Select(f => f.Code);

    private static FindingContext Leaf(RuleMaterial material, string name, int days = 1)
    {
        var certificate = material.Certificate(name);
        return new FindingContext
        {
            Certificate = certificate,
            Intermediates = certificate.IsSelfSigned ? [] : [material.Intermediate],
            Now = certificate.NotBefore.AddDays(days),
            Role = BindingRole.Server,
            HostNames = ["mx.example.org"],
            Public = true,
            Trust = new TrustAnchors([material.Root], useSystem: false),
            PrivateKeyPublicSha256 = certificate.PublicKeySha256,
        };
    }

    private static FindingContext Forged(
        Func<CertificatePlan, CertificatePlan>? root = null,
        Func<CertificatePlan, CertificatePlan>? authority = null,
        Func<CertificatePlan, CertificatePlan>? leaf = null)
    {
        CertificatePlan[] plans = [
            root?.Invoke(CertificatePlan.Authority("Root")) ?? CertificatePlan.Authority("Root"),
            authority?.Invoke(CertificatePlan.Authority("Upper")) ?? CertificatePlan.Authority("Upper"),
            leaf?.Invoke(CertificatePlan.Leaf) ?? CertificatePlan.Leaf,
        ];
        return new ForgedChain(plans, TimeProvider.System.GetUtcNow()).Bound(BindingRole.Server);
    }

    private static FindingContext Repaired(RuleMaterial material, string[] given, string[]? pool = null)
    {
        var context = Leaf(material, "good");
        var chain = ChainRepair.Repair(
            context.Certificate, [.. given.Select(material.Certificate)], [.. (pool ?? []).Select(material.Certificate)], context.Now);
        return context with { Intermediates = chain.Intermediates, Repaired = chain };
    }

    private static AuthorityContext Authority(RuleMaterial material, string name, int days = 1)
    {
        var certificate = material.Certificate(name);
        return new AuthorityContext
        {
            Certificate = certificate,
            Trust = new TrustAnchors([certificate], useSystem: false),
            Now = certificate.NotBefore.AddDays(days)
        };
    }
}
