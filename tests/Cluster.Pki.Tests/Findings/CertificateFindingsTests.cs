using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Findings;

public sealed class CertificateFindingsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);
    private readonly TestCa ca = new("One", Now);
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly IssueOrder order;

    public CertificateFindingsTests() => order = ca.Leaf(key.Public, ["mx.example.org"], TimeSpan.FromDays(90));

    [Fact]
    public void A_good_certificate_has_none() => Codes(Good()).ShouldBeEmpty();

    [Theory]
    [InlineData(91, "certificate-expired")]
    [InlineData(70, "certificate-expires-soon")]
    [InlineData(-2, "certificate-not-yet-valid")]
    public void Validity_is_judged_by_the_given_time(int days, string code) =>
        Codes(Good() with { Now = Now.AddDays(days), Trust = null, Intermediates = [] }).ShouldContain(code);

    [Fact]
    public void Findings_about_time_never_block() =>
        CertificateFindings.Evaluate(Good() with { Now = Now.AddYears(10), Trust = null })
            .ShouldAllBe(f => f.Severity != PkiSeverity.Error);

    [Fact]
    public void A_self_signed_certificate_is_worse_in_public()
    {
        RequestedNames.Check(null, ["mx.example.org"], [], out var names);
        var context = new FindingContext { Certificate = SelfSigned.Create(key, names!, Now, TimeSpan.FromDays(900)), Now = Now };
        CertificateFindings.Evaluate(context).ShouldHaveSingleItem().Severity.ShouldBe(PkiSeverity.Info);
        CertificateFindings.Evaluate(context with { Public = true }).ShouldHaveSingleItem().Severity.ShouldBe(PkiSeverity.Warning);
        Codes(context with { Demo = true, Public = true }).ShouldBe(["demo-certificate"]);
    }

    [Fact]
    public void Every_uncovered_host_name_is_named()
    {
        var findings = CertificateFindings.Evaluate(Good() with { HostNames = ["mx.example.org", "mx2.example.org", "192.0.2.1"] });
        findings.Select(f => f.Code).ShouldBe(["name-mismatch", "name-mismatch"]);
        findings[0].Message.ShouldContain("mx2.example.org");
    }

    [Fact]
    public void A_name_only_in_the_cn_is_reported() =>
        Codes(Good() with { Certificate = ca.Issue(order with { DnsNames = [] }) }).ShouldContain("common-name-only");

    [Fact]
    public void A_partial_wildcard_is_reported() =>
        Codes(
            Good() with
            {
                Certificate = ca.Issue(order with { DnsNames = ["mx.example.org", "m*.example.org"] })
            }).ShouldContain("partial-wildcard");

    [Fact]
    public void Usages_must_fit_the_binding()
    {
        var serverOnly = Good() with { Certificate = ca.Issue(order with { ExtendedKeyUsage = ["1.3.6.1.5.5.7.3.1"] }) };
        Codes(serverOnly).ShouldBeEmpty();
        CertificateFindings.Evaluate(serverOnly with { Role = BindingRole.Client })
            .ShouldHaveSingleItem().Severity
            .ShouldBe(PkiSeverity.Error);
        Codes(Good() with { Certificate = ca.Issue(order with { KeyUsage = X509KeyUsageFlags.KeyAgreement }) }).ShouldBe(["key-usage"]);
        Codes(
            Good() with
            {
                Certificate = ca.Issue(order with { KeyUsage = X509KeyUsageFlags.KeyAgreement }),
                Role = BindingRole.None
            }).ShouldBe(["usage-without-binding"]);
    }

    [Fact]
    public void An_authority_blocks_only_in_a_binding()
    {
        var authority = Good() with { Certificate = ca.Intermediate, Intermediates = [ca.Root], HostNames = [], Trust = null };
        CertificateFindings.Evaluate(authority).ShouldContain(f => f.Code == "ca-leaf" && f.Severity == PkiSeverity.Error);
        CertificateFindings.Evaluate(authority with { Role = BindingRole.None })
            .ShouldContain(f => f.Code == "ca-leaf" && f.Severity == PkiSeverity.Warning);
    }

    [Theory]
    [InlineData(2026, 1, 398)]
    [InlineData(2026, 6, 200)]
    [InlineData(2028, 1, 100)]
    [InlineData(2030, 1, 47)]
    public void Public_lifetimes_follow_the_forum(int year, int month, int limit)
    {
        var begin = new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero);
        FindingContext Living(int days) =>
            Good() with
            {
                Public = true,
                Trust = null,
                Now = begin,
                Certificate = ca.Issue(order with { NotBefore = begin, NotAfter = begin.AddDays(days) })
            };
        Codes(Living(limit)).ShouldNotContain("lifetime-too-long");
        Codes(Living(limit + 1)).ShouldContain("lifetime-too-long");
        Codes(Living(limit + 1) with { Public = false }).ShouldNotContain("lifetime-too-long");
    }

    [Fact]
    public void A_key_of_another_pair_is_an_error() =>
        CertificateFindings.Evaluate(Good() with { PrivateKeyPublicSha256 = "00" })
            .ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(f => f.Code.ShouldBe("key-mismatch"), f => f.Severity.ShouldBe(PkiSeverity.Error));

    [Fact]
    public void What_the_repair_did_is_told()
    {
        var leaf = ca.Issue(order);
        using var other = new TestCa("Two", Now);
        var chain = ChainRepair.Repair(leaf, [ca.Intermediate, ca.Intermediate, leaf, other.Root], [], Now);
        Codes(Good() with { Repaired = chain }).ShouldBe(["duplicate-certificate", "extra-certificate", "misordered-chain"]);
    }

    [Fact]
    public void A_missing_intermediate_is_named_and_breaks_trust()
    {
        Codes(Good() with { Intermediates = [] }).ShouldBe(["missing-intermediate", "untrusted-chain"]);
        var repaired = ChainRepair.Repair(ca.Issue(order), [], [], Now);
        Codes(Good() with { Intermediates = [], Repaired = repaired, Trust = null }).ShouldBe(["missing-intermediate"]);
    }

    [Fact]
    public void A_wrong_stored_order_is_reported() =>
        Codes(Good() with { Intermediates = [ca.Root, ca.Intermediate], Trust = null }).ShouldContain("misordered-chain");

    [Fact]
    public async Task Weak_keys_and_signatures_are_reported()
    {
        using var directory = new Corpus.CorpusDirectory();
        await directory.Run(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:1024",
            "-nodes",
            "-sha1",
            "-keyout",
            "k.pem",
            "-out",
            "c.pem",
            "-subj",
            "/CN=old.example.org",
            "-addext",
            "subjectAltName=DNS:old.example.org",
            "-addext",
            "basicConstraints=CA:FALSE");
        var certificate = CertificateInfo.TryReadPem(System.Text.Encoding.ASCII.GetString(directory.Read("c.pem"))).ShouldNotBeNull();
        Codes(
            new FindingContext
            {
                Certificate = certificate,
                Now = certificate.NotBefore.AddDays(-40).AddDays(40)
            }).ShouldContain("weak-key");
        Codes(new FindingContext { Certificate = certificate, Now = certificate.NotBefore }).ShouldContain("weak-signature");
    }

    [Fact]
    public void Every_rule_names_its_source() =>
        CertificateFindings.References.Values.ShouldAllBe(r => r.Contains("RFC") || r.Contains("CA/B"));

    public void Dispose()
    {
        ca.Dispose();
        key.Dispose();
    }

    private FindingContext Good() => new()
    {
        Certificate = ca.Issue(order),
        Intermediates = [ca.Intermediate],
        Now = Now,
        Role = BindingRole.Server,
        HostNames = ["mx.example.org"],
        Public = true,
        PrivateKeyPublicSha256 = key.PublicKeySha256,
        Trust = new TrustAnchors([ca.Root], useSystem: false),
    };

    private static IEnumerable<string> Codes(FindingContext context) => CertificateFindings.Evaluate(context).Select(f => f.Code);
}
