using Cluster.Contracts.Certificates;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Validation;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Validation;

/// <summary>Findings that need more than one certificate: use, trust, MX records.</summary>
public sealed class FleetFindingsTests : IDisposable
{
    private readonly TestCa ca = new("One", Make.Now);
    private readonly Dictionary<string, CertificateContent> contents = [];
    private Dictionary<string, MxFacts> mx = [];

    [Fact]
    public void A_certificate_that_nothing_names_is_unused_and_of_a_departed_machine_nothing_is_said()
    {
        var mxItem = Certificate("mx", "mx.example.org");
        var spare = Certificate("spare", "mx.example.org");
        var departed = Make.Item(Kinds.Certificates, "old", """{"version":1}""", LevelKind.Machine, Guid.CreateVersion7(Make.Now));
        contents["old"] = contents["spare"];

        var found = Validate([mxItem, spare, departed, Trusted(), .. Listener()]);

        found.Where(f => f.Code == "certificate-unused").Select(f => (f.Name, f.Severity)).ShouldBe([("spare", FindingSeverity.Info)]);
    }

    [Fact]
    public void The_demo_certificate_may_stay_unused()
    {
        var demo = Certificate("demo", "demo.invalid");
        Validate([demo]).Select(f => f.Code).ShouldContain("certificate-unused");
        contents["demo"] = contents["demo"] with { Source = CertificateSource.Demo };
        Validate([demo]).Select(f => f.Code).ShouldNotContain("certificate-unused");
    }

    [Fact]
    public void A_certificate_that_is_overridden_everywhere_is_unused()
    {
        Item[] items = [
            Certificate("mx", "mx.example.org"),
            Make.Item(Kinds.Certificates, "mx", """{"version":1}""", LevelKind.Group),
            Trusted(),
            .. Listener()
        ];

        Validate(items).Where(f => f.Code == "certificate-unused").Select(f => f.Level).ShouldBe(["cluster"]);
    }

    [Fact]
    public void A_chain_is_judged_by_what_the_machine_trusts()
    {
        Item[] items = [Certificate("mx", "mx.example.org"), .. Listener()];

        Codes(items).ShouldContain("untrusted-chain");
        Codes([.. items, Trusted()]).ShouldNotContain("untrusted-chain");
        Codes([.. items, Trusted(), Make.Item(Kinds.Trust, "-", """{"useCustom":false}""")]).ShouldContain("untrusted-chain");
        var hidden = Validate([.. items, Trusted(), Make.Item(Kinds.TrustedAuthorities, "own", null, LevelKind.Machine)]);
        hidden.Where(f => f.Code == "untrusted-chain").Select(f => f.Machine).ShouldBe(["gw1"]);
    }

    [Fact]
    public void What_is_told_of_a_certificate_by_itself_is_not_told_again_of_its_use()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var order = ca.Leaf(key.Public, ["mx.example.org"], TimeSpan.FromDays(10));
        var ending = Keep("mx", ca.Issue(order with { NotBefore = order.NotBefore.AddDays(-80) }));
        var found = Validate([ending, Trusted(), .. Listener()]);

        found.Count(f => f.Code == "certificate-expires-soon").ShouldBe(1);
        found.Single(f => f.Code == "deployed-certificate-expires").Message.ShouldContain("listeners/in");
    }

    [Fact]
    public void A_usage_that_forbids_the_client_blocks_where_it_is_presented()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var leaf = ca.Issue(ca.Leaf(key.Public, ["mx.example.org"], null) with { ExtendedKeyUsage = ["1.3.6.1.5.5.7.3.1"] });
        Item[] items = [Keep("mx", leaf), Trusted(), .. Listener()];
        var outbound = Make.Item(Kinds.Outbound, "-", """{"certificate":"mx"}""");

        Codes(items).ShouldNotContain("extended-key-usage");
        var blocking = ConfigurationValidator.Introduced(Input(items), Input([.. items, outbound]));
        blocking.Select(f => f.Code).ShouldBe(["extended-key-usage"]);
        blocking[0].Message.ShouldContain("clientAuth");
    }

    [Theory]
    [InlineData("mx.example.org", "")]
    [InlineData("*.example.org", "")]
    [InlineData("other.example.net", "mx-name-mismatch")]
    public void A_listener_s_certificate_covers_an_MX_host_of_its_domains(string name, string code)
    {
        mx = new() { ["example.org"] = new(MxOutcome.Hosts, ["mx.example.org"], Make.Now) };

        Mx([Certificate("mx", name), Trusted(), .. Listener("example.org")]).ShouldBe(code.Length == 0 ? [] : [code]);
    }

    [Fact]
    public void Listeners_of_one_domain_share_its_MX_hosts_and_a_host_that_none_covers_is_told()
    {
        mx = new()
        {
            ["xn--bcher-kva.example"] = new(MxOutcome.Hosts, ["mx1.example.org", "mx2.example.org", "mx3.example.org"], Make.Now)
        };
        var second = """{"type":"public","port":26,"hostname":"mx2.example.org","certificate":"two","defaultPolicy":"accept","domains":["xn--bcher-kva.example"]}""";
        Item[] items = [
            Certificate("mx", "mx1.example.org"),
            Certificate("two", "mx2.example.org"),
            Trusted(),
            .. Listener("bücher.example"),
            Make.Item(Kinds.Listeners, "second", second)
        ];

        var found = Validate(items).Where(f => f.Code.StartsWith("mx-", StringComparison.Ordinal)).ToList();
        found.Select(f => f.Code).Distinct().ShouldBe(["mx-host-not-covered"]);
        found.ShouldAllBe(f => f.Message.Contains("mx3.example.org") && f.CheckedAt == Make.Now);
    }

    [Fact]
    public void Domains_that_take_no_mail_are_told_and_unknown_ones_are_not()
    {
        Item[] items = [Certificate("mx", "mx.example.org"), Trusted(), .. Listener("example.org")];

        Mx(items).ShouldBeEmpty();
        mx["example.org"] = new(MxOutcome.Null, [], Make.Now);
        Mx(items).ShouldBe(["mx-no-mail"]);
        mx["example.org"] = new(MxOutcome.NoDomain, [], Make.Now);
        Mx(items).ShouldBe(["mx-no-mail"]);
        mx["example.org"] = new(MxOutcome.Implicit, ["example.org"], Make.Now);
        Mx(items).ShouldBe(["mx-name-mismatch"]);
        ConfigurationValidator.Validate(Input(items) with { OnlyBlocking = true }).ShouldBeEmpty();
    }

    [Fact]
    public void Of_many_MX_hosts_a_finding_names_some_and_counts_the_others()
    {
        mx["example.org"] = new(MxOutcome.Hosts, [.. Enumerable.Range(1, 50).Select(n => $"mx{n}.elsewhere.example")], Make.Now, 10);
        Item[] items = [Certificate("mx", "mx.example.org"), Trusted(), .. Listener("example.org")];

        var found = Validate(items).Single(f => f.Code == "mx-name-mismatch").Message;
        found.ShouldContain("mx5.elsewhere.example and 55 more");
        found.ShouldNotContain("mx6.");
        mx["example.org"] = new(MxOutcome.Hosts, ["mx.example.org", "mx2.example.org"], Make.Now, 10);
        Validate(items).Single(f => f.Code == "mx-host-not-covered").Message.ShouldContain("2 hosts and 10 more");
    }

    [Fact]
    public void An_MX_finding_can_be_muted()
    {
        mx["example.org"] = new(MxOutcome.Hosts, ["mx.elsewhere.example"], Make.Now);
        Certificate("mx", "mx.example.org");
        var muted = Make.Item(
            Kinds.Certificates,
            "mx",
            """{"version":1,"mutedFindings":[{"code":"mx-name-mismatch","reason":"provider","until":"2027-01-01T00:00:00Z"}]}""");

        Validate([muted, Trusted(), .. Listener("example.org")]).Single(f => f.Code == "mx-name-mismatch").Muted.ShouldBe(true);
    }

    [Fact]
    public void Whoever_verifies_must_trust_somebody()
    {
        var nothing = Make.Item(Kinds.Trust, "-", """{"useSystem":false}""");
        var nobody = Make.Item(Kinds.Trust, "-", """{"clientAuthorities":["own"]}""");
        var destination = Make.Item(Kinds.DestinationControls, "example.net", """{"tls":"required-verify"}""");
        var policy = Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"required","verifyClientCertificate":true}""");
        var disabled = Make.Item(
            Kinds.TrustedAuthorities,
            "own",
            $$"""{"certificates":{{System.Text.Json.JsonSerializer.Serialize(ca.Root.ToPem())}},"enabled":false}""");
        Item[] items = [Certificate("mx", "mx.example.org"), Listener()[0], policy, destination];

        Blocking([.. items, nothing]).ShouldBe(["server-trust-empty", "client-trust-empty"]);
        Blocking([.. items, nothing, Trusted()]).ShouldBeEmpty();
        Blocking([.. items, nobody, disabled]).ShouldBe(["client-trust-empty"]);
        Blocking([.. items, nobody, Trusted()]).ShouldBeEmpty();
    }

    [Fact]
    public void Keys_of_the_DNS_alone_vouch_where_DANE_is_mandatory()
    {
        var nothing = Make.Item(Kinds.Trust, "-", """{"useSystem":false,"useCustom":false}""");
        var dane = Make.Item(Kinds.DestinationControls, "example.net", """{"tls":"required-verify","dane":"mandatory"}""");
        var other = Make.Item(Kinds.DestinationControls, "example.com", """{"tls":"required-verify"}""");

        Blocking([nothing, dane]).ShouldBeEmpty();
        Blocking([nothing, dane, other]).ShouldBe(["server-trust-empty"]);
    }

    [Fact]
    public void Trusted_authorities_are_judged_with_what_stands_beside_them()
    {
        var intermediate = Authority("only", ca.Intermediate.ToPem());
        Validate([intermediate]).Select(f => f.Code).ShouldBe(["authority-root-missing"]);
        Validate([intermediate, Trusted()]).ShouldBeEmpty();
        Validate([Trusted(), Authority("again", ca.Root.ToPem())])
            .Select(f => (f.Code, f.Name))
            .ShouldBe([("authority-duplicate", "again"), ("authority-duplicate", "own")]);
        Validate([Authority("twice", ca.Root.ToPem() + ca.Root.ToPem())]).Select(f => f.Code).ShouldBe(["authority-duplicate"]);
    }

    public void Dispose() => ca.Dispose();

    private List<string> Codes(IReadOnlyList<Item> items) => [.. Validate(items).Select(f => f.Code).Distinct()];

    private List<string> Mx(IReadOnlyList<Item> items) => [.. Codes(items).Where(c => c.StartsWith("mx-", StringComparison.Ordinal))];

    private List<string> Blocking(IReadOnlyList<Item> items) =>
        [.. ConfigurationValidator.Introduced(Input([]), Input(items)).Select(f => f.Code).Order(StringComparer.Ordinal).Reverse()];

    private IReadOnlyList<Finding> Validate(IReadOnlyList<Item> items) =>
        [.. ConfigurationValidator.Validate(Input(items)).Where(f => f.Code is not "listener-not-hosted")];

    private ValidationInput Input(IReadOnlyList<Item> items) => new()
    {
        Configuration = new(Make.Snapshot(items), Make.Fleet(Make.Machine())),
        Certificates = (_, _, name, _) => contents.GetValueOrDefault(name),
        Mx = domain => mx.GetValueOrDefault(domain),
        Now = Make.Now,
    };

    private static Item[] Listener(string? domain = null) =>
    [
        Make.Item(
            Kinds.Listeners,
            "in",
            $$"""{"type":"public","port":25,"hostname":"mx.example.org","certificate":"mx","defaultPolicy":"accept"{{(domain is null ? "" : $",\"domains\":[\"{domain}\"]")}}}"""),
        Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"required"}"""),
    ];

    private Item Trusted() => Authority("own", ca.Root.ToPem());

    private static Item Authority(string name, string pem) =>
        Make.Item(Kinds.TrustedAuthorities, name, $$"""{"certificates":{{System.Text.Json.JsonSerializer.Serialize(pem)}}}""");

    private Item Certificate(string name, string host)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        return Keep(name, ca.Issue(ca.Leaf(key.Public, [host], TimeSpan.FromDays(90))));
    }

    private Item Keep(string name, CertificateInfo leaf)
    {
        contents[name] = new CertificateContent
        {
            Leaf = leaf.Der,
            Chain = [ca.Intermediate.Der],
            Sha256 = leaf.Sha256,
            PublicKeySha256 = leaf.PublicKeySha256,
            HasPrivateKey = true,
            Source = CertificateSource.Signed
        };
        return Make.Item(Kinds.Certificates, name, """{"version":1}""");
    }
}
