using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Findings;
using Cluster.Pki.Tests.Chains.Forging;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Chains;

/// <summary>
/// Of generated chains, valid or broken in one or two places, the rules refuse exactly those for their binding that
/// <c>openssl verify</c> refuses for its purpose; or the difference is a row of docs/findings.md.
/// </summary>
public sealed class VerdictPropertyTests
{
    private const int Seed = 20261129;
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    /// <summary>Findings by which a peer does not connect; what is advice, or about names of hosts, is not among them.</summary>
    private static readonly HashSet<string> Refusing = new(StringComparer.Ordinal)
    {
        "chain-signature", "chain-not-an-authority", "chain-path-length", "chain-extended-key-usage", "chain-name-constraints",
        "chain-authority-key", "chain-critical-extension", "chain-outside-validity", "certificate-expired", "extended-key-usage",
        "key-usage", "missing-intermediate", "untrusted-chain", "not-judged",
    };

    /// <summary>Where we refuse and OpenSSL does not; each has a row in the documentation.</summary>
    private static readonly (string Code, Func<CertificatePlan[], bool> Where)[] Stricter =
    [
        ("key-usage", p => p[^1].KeyUsage is X509KeyUsageFlags.KeyAgreement or X509KeyUsageFlags.KeyEncipherment),
        ("chain-not-an-authority", p => p[0] is { IsCa: null, KeyUsage: X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign }),
    ];

    private static readonly (string Name, Func<CertificatePlan, CertificatePlan> Break)[] OfAuthority =
    [
        ("no CA", p => p with { IsCa = false }),
        ("no basicConstraints", p => p with { IsCa = null }),
        ("path length 0", p => p with { PathLength = 0 }),
        ("path length 1", p => p with { PathLength = 1 }),
        ("no keyCertSign", p => p with { KeyUsage = X509KeyUsageFlags.CrlSign }),
        ("no keyUsage", p => p with { KeyUsage = null }),
        ("serverAuth", p => p with { ExtendedKeyUsage = [ChainCases.Server] }),
        ("clientAuth", p => p with { ExtendedKeyUsage = [ChainCases.Client] }),
        ("both", p => p with { ExtendedKeyUsage = [ChainCases.Client, ChainCases.Server] }),
        ("mail", p => p with { ExtendedKeyUsage = [ChainCases.Mail] }),
        ("any", p => p with { ExtendedKeyUsage = [ChainCases.Any] }),
        ("any and mail", p => p with { ExtendedKeyUsage = [ChainCases.Any, ChainCases.Mail] }),
        ("permits", p => p with { Permitted = ["dns:example.org"] }),
        ("permits a dot", p => p with { Permitted = ["dns:.example.org"] }),
        ("permits others", p => p with { Permitted = ["dns:example.net"] }),
        ("permits half a label", p => p with { Permitted = ["dns:ample.org"] }),
        ("permits addresses", p => p with { Permitted = ["ip:C0000200FFFFFF00"] }),
        ("permits mail", p => p with { Permitted = ["email:example.org"] }),
        ("permits a box", p => p with { Permitted = ["email:post@example.org"] }),
        ("permits mail below", p => p with { Permitted = ["email:.example.org"] }),
        ("excludes", p => p with { Excluded = ["dns:example.org"] }),
        ("excludes a leaf", p => p with { Excluded = ["dns:mx.example.org"] }),
        ("excludes everything", p => p with { Excluded = ["dns:"] }),
        ("excludes mail", p => p with { Excluded = ["email:example.org"] }),
        ("excludes addresses", p => p with { Excluded = ["ip:C0000200FFFFFF00"] }),
    ];

    private static readonly (string Name, Func<CertificatePlan, CertificatePlan> Break)[] OfLeaf =
    [
        ("server", p => p with { ExtendedKeyUsage = [ChainCases.Server] }),
        ("client", p => p with { ExtendedKeyUsage = [ChainCases.Client] }),
        ("mail", p => p with { ExtendedKeyUsage = [ChainCases.Mail] }),
        ("any", p => p with { ExtendedKeyUsage = [ChainCases.Any] }),
        ("no usage", p => p with { ExtendedKeyUsage = null, KeyUsage = null }),
        ("agreement", p => p with { KeyUsage = X509KeyUsageFlags.KeyAgreement }),
        ("encipherment", p => p with { KeyUsage = X509KeyUsageFlags.KeyEncipherment }),
        ("signs certificates", p => p with { KeyUsage = X509KeyUsageFlags.KeyCertSign }),
        ("authority", p => p with { IsCa = true }),
        ("addresses", p => p with { Addresses = ["192.0.2.1", "2001:db8::1"] }),
        ("mail names", p => p with { Emails = ["post@example.org", "a@b.example.org"] }),
        ("wildcard", p => p with { DnsNames = ["*.example.org"] }),
        ("capitals", p => p with { DnsNames = ["MX.Example.ORG"] }),
        ("name in CN", p => p with { DnsNames = [] }),
        ("no host in CN", p => p with { DnsNames = [], Subject = "CN=Mail Gateway" }),
        ("mail in subject", p => p with { Subject = "E=post@example.net, CN=mx.example.org" }),
    ];

    private static readonly (string Name, Func<CertificatePlan, CertificatePlan> Break)[] OfBoth =
    [
        ("signature", p => p with { BreakSignature = true }),
        ("critical", p => p with { Critical = "1.2.3.4.5" }),
        ("critical mark", p => p with { Critical = "1.3.6.1.4.1.11129.2.4.3" }),
        ("no identifier", p => p with { Named = NamedIssuer.NotAtAll }),
        ("other key", p => p with { Named = NamedIssuer.ByOtherKey }),
        ("serial", p => p with { Named = NamedIssuer.BySerial }),
        ("other serial", p => p with { Named = NamedIssuer.ByOtherSerial }),
        ("expired", p => p with { EndsIn = 0 }),
        ("issuer in capitals", p => p with { IssuerWritten = "cn=UPPER, o=EXAMPLE  trust" }),
    ];

    [Fact]
    public Task Verdicts_are_those_of_openssl() => JudgeAsync(200);

    [Fact]
    [Trait("Category", "Full")]
    public Task Verdicts_are_those_of_openssl_for_ten_thousand_chains() => JudgeAsync(10_000);

    [Fact]
    public void Differences_are_documented() => DocumentedDifferences().ShouldBe(Stricter.Select(s => s.Code), ignoreOrder: true);

    private static async Task JudgeAsync(int count)
    {
        using var others = new OtherVerifiers();
        var random = new Random(Seed);
        var (unexplained, refused) = (new List<string>(), 0);
        for (var i = 0; i < count; i++)
        {
            var (text, plans) = Next(random);
            var role = random.Next(2) == 0 ? BindingRole.Server : BindingRole.Client;
            var chain = new ForgedChain(plans, Now);
            var codes = CertificateFindings.Evaluate(chain.Bound(role)).Select(f => f.Code).Where(Refusing.Contains).ToList();
            var accepts = await others.OpenSslAsync(chain, role);
            if (!accepts) refused++;
            if (accepts == (codes.Count == 0)) continue;
            if (accepts && codes.TrueForAll(c => Array.Exists(Stricter, s => s.Code == c && s.Where(plans)))) continue;
            unexplained.Add($"{role} {text}: OpenSSL {(accepts ? "accepts" : "refuses")}, we say {string.Join(", ", codes)}");
        }

        unexplained.ShouldBeEmpty(string.Join('\n', unexplained.Take(20)));
        // Both kinds occur often enough to mean something.
        refused.ShouldBeInRange(count / 4, count * 3 / 4);
    }

    private static (string Text, CertificatePlan[] Plans) Next(Random random)
    {
        List<CertificatePlan> plans = [CertificatePlan.Authority("Upper")];
        for (var i = random.Next(4); i > 0; i--) plans.Add(CertificatePlan.Authority(i % 2 == 0 ? "Middle" : "Lower"));
        plans.Add(CertificatePlan.Leaf);
        var text = $"{plans.Count} certificates";
        for (var faults = random.Next(3); faults > 0; faults--)
        {
            var at = random.Next(plans.Count);
            var kinds = random.Next(3) == 0 ? OfBoth : at == plans.Count - 1 ? OfLeaf : OfAuthority;
            var (name, broken) = kinds[random.Next(kinds.Length)];
            // The root cannot be written by another, and its own signature and end are nobody's business here.
            if (at == 0 && name is "issuer in capitals" or "signature" or "expired") continue;
            if (name == "issuer in capitals" && at != 1) continue;
            plans[at] = broken(plans[at]);
            text += $", {name} at {at}";
        }

        return (text, [.. plans]);
    }

    private static IReadOnlyList<string> DocumentedDifferences() => [
        .. File.ReadLines(Path.Combine(Builds.Top, "docs/findings.md"))
            .SkipWhile(l => !l.StartsWith("| stricter than OpenSSL |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(l => l.StartsWith("| `", StringComparison.Ordinal))
            .Select(l => l.Split('`')[1])
    ];
}
