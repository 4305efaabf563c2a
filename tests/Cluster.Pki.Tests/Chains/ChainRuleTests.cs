using Cluster.Pki.Findings;
using Cluster.Pki.Tests.Chains.Forging;
using Shouldly;
using Xunit;
using static Cluster.Pki.Tests.Chains.Forging.ChainCases;

namespace Cluster.Pki.Tests.Chains;

/// <summary>Each fault of a chain has a finding, which names who refuses it; what it says is what the installed programs do.</summary>
public sealed class ChainRuleTests(ChainCases cases) : IClassFixture<ChainCases>
{
    public static TheoryData<string> Names => [.. ChainCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_finding_says_what_other_programs_do(string name)
    {
        var (_, plans, role, code, accept) = ChainCases.All.Single(c => c.Name == name);
        var chain = new ForgedChain(plans, Now);
        var found = CertificateFindings.Evaluate(chain.Bound(role));
        found.Select(f => f.Code).Except(["common-name-only"]).ShouldBe(code.Length == 0 ? [] : [code]);
        cases.Accepted(name).ShouldBe(accept, found.Count > 0 ? found[0].Message : "no finding");
        if (code.Length > 0) Refusing(found[0].Message).ShouldBe(string.Concat("OGJ".Except(accept)), found[0].Message);
    }

    [Fact]
    public void Unbound_only_what_suits_neither_end_is_told()
    {
        Codes(Server).ShouldBeEmpty();
        Codes(Client).ShouldBeEmpty();
        Codes(Mail).ShouldBe(["chain-extended-key-usage"]);

        static IEnumerable<string> Codes(string usage) => CertificateFindings.Evaluate(
            new ForgedChain([Root, Upper with { ExtendedKeyUsage = [usage] }, Leaf], Now).Bound(BindingRole.None)).Select(f => f.Code);
    }

    [Fact]
    public void Of_two_paths_the_better_one_counts()
    {
        var chain = new ForgedChain([Root, Upper, Leaf], Now);
        var bad = new ForgedChain([Root, Upper with { ExtendedKeyUsage = [Server] }, Leaf], Now);
        var both = chain.Bound(BindingRole.Client) with { Intermediates = [.. bad.Intermediates, .. chain.Intermediates] };
        CertificateFindings.Evaluate(both).Select(f => f.Code).ShouldNotContain("chain-extended-key-usage");
    }

    [Fact]
    public void The_kind_of_string_case_and_blanks_do_not_make_another_name()
    {
        var chain = new ForgedChain([Root, Upper with { IssuerWritten = "CN=rooT, O=Example  Trust" }, Leaf], Now);
        var repaired = Pki.Chains.ChainRepair.Repair(chain.Leaf, chain.Intermediates, [chain.Root], Now);
        repaired.Root.ShouldBe(chain.Root);
        var other = new ForgedChain([Root, Upper with { IssuerWritten = "CN=R oot, O=Example Trust" }, Leaf], Now);
        CertificateFindings.Evaluate(other.Bound(BindingRole.Server)).Select(f => f.Code).ShouldContain("untrusted-chain");
    }

    // The part of the message before who takes it.
    private static string Refusing(string message)
    {
        if (message.Contains("all peers refuse", StringComparison.Ordinal)) return "OGJ";
        if (message.Contains("; Java refuses the chain", StringComparison.Ordinal)) return "J";
        string[] taking = ["; GnuTLS, Java and Go take", ". GnuTLS and Java take", "; Java and Go take", "; GnuTLS and Java do not",
            "; Java looks at", "; Java does not", "; GnuTLS and Go compare", "by which Go and Java take it, but "];
        var text = message[(message.IndexOf("OpenSSL", StringComparison.Ordinal) is var at and >= 0 ? at : 0)..];
        if (message.Contains("; GnuTLS and Go compare", StringComparison.Ordinal)) return "G";
        var end = taking.Select(t => text.IndexOf(t, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(text.Length).Min();
        var refusing = text[..end];
        return string.Concat(
            new[] { "OpenSSL", "GnuTLS", "Java" }.Where(w => refusing.Contains(w, StringComparison.Ordinal)).Select(w => w[0]));
    }
}
