using System.Formats.Asn1;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Findings;

/// <summary>Whatever a rule throws or does not finish is a finding, and the others go on.</summary>
public sealed class BoundedJudgingTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);
    private readonly TestCa ca = new("One", Now);
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    [Fact]
    public void A_rule_that_throws_is_a_finding_and_the_others_are_heard()
    {
        var found = CertificateFindings.Evaluate(
            Context(),
            [
                new Rule("before", Say("before")),
                new Rule("throws", _ => throw new InvalidCastException("secret")),
                new Rule("after", Say("after")),
            ]);
        found.Select(f => f.Code).ShouldBe(["after", "before", "not-judged"]);
        found[2].Severity.ShouldBe(PkiSeverity.Warning);
        found[2].Message.ShouldBe("It could not be judged: 'throws': failed unexpectedly (InvalidCastException).");
    }

    [Fact]
    public void A_rule_that_throws_while_it_is_heard_keeps_what_it_said_before()
    {
        var found = CertificateFindings.Evaluate(Context(), [new Rule("half", Half)]);
        found.Select(f => f.Code).ShouldBe(["half", "not-judged"]);

        static IEnumerable<CertificateFinding> Half(FindingContext context)
        {
            yield return new CertificateFinding("half", PkiSeverity.Error, "One.", "Two.");
            throw new OverflowException();
        }
    }

    [Fact]
    public void A_rule_that_never_ends_is_stopped_by_the_budget()
    {
        var found = CertificateFindings.Evaluate(Context(), [new Rule("endless", Endless), new Rule("after", _ => [])]);
        found.ShouldHaveSingleItem().Message.ShouldStartWith("It could not be judged: 'endless': it takes more work");

        static IEnumerable<CertificateFinding> Endless(FindingContext context)
        {
            while (true) context.Budget.Step();
        }
    }

    [Fact]
    public void A_rule_that_never_stops_talking_is_cut()
    {
        var found = CertificateFindings.Evaluate(Context(), [new Rule("talks", Talks)]);
        found.Count.ShouldBe(100);

        static IEnumerable<CertificateFinding> Talks(FindingContext context)
        {
            while (true) yield return new CertificateFinding("talks", PkiSeverity.Info, "One.", "Two.");
        }
    }

    [Fact]
    public void Who_is_gone_stops_it_and_gets_no_findings()
    {
        using var gone = new CancellationTokenSource();
        var context = Context() with { Budget = WorkBudget.ForCertificate(gone.Token) };
        Should.Throw<OperationCanceledException>(() => CertificateFindings.Evaluate(context, [new Rule("waits", Waits)]));
        // A library that gives up by itself is a failure like any other.
        CertificateFindings.Evaluate(Context(), [new Rule("own", _ => throw new OperationCanceledException())])
            .ShouldHaveSingleItem().Code.ShouldBe("not-judged");

        IEnumerable<CertificateFinding> Waits(FindingContext judged)
        {
            for (var i = 0; ; i++)
            {
                judged.Budget.Step();
                if (i == 10) gone.Cancel();
            }
        }
    }

    [Fact]
    public void Certificates_of_one_file_share_a_budget()
    {
        var file = WorkBudget.ForFile();
        var answers = Enumerable.Range(0, 12).Select(_ => CertificateFindings.Evaluate(
            Context() with { Budget = file }, [new Rule("long", Long)]).Count).ToList();
        answers.Take(8).ShouldAllBe(c => c == 0);
        answers.Skip(8).ShouldAllBe(c => c == 1);

        static IEnumerable<CertificateFinding> Long(FindingContext context)
        {
            context.Budget.Step(WorkBudget.StepsOfCertificate);
            return [];
        }
    }

    [Fact]
    public void Many_issuers_of_one_name_cost_a_bounded_number_of_signatures()
    {
        var others = Issuers(200);
        var leaf = ca.IssueFor(key.Public, "mx.example.org");
        var chain = ChainRepair.Repair(leaf, [.. others], [], Now);
        chain.Cut.ShouldBeTrue();
        chain.Missing.ShouldBeNull();
        chain.Served.ShouldBe([leaf]);
        var found = CertificateFindings.Evaluate(
            new FindingContext { Certificate = leaf, Intermediates = others, Now = Now, Trust = new TrustAnchors([ca.Root], false) });
        found.Single(f => f.Code == "not-judged").Message.ShouldContain("'untrusted-chain'");
        found.ShouldNotContain(f => f.Code == "untrusted-chain");
    }

    [Fact]
    public void The_issuer_whose_key_is_named_is_found_among_many_of_one_name()
    {
        var leaf = ca.IssueFor(key.Public, "mx.example.org");
        var chain = ChainRepair.Repair(leaf, [.. Issuers(200), ca.Intermediate, ca.Root], [], Now);
        chain.Served.ShouldBe([leaf, ca.Intermediate]);
        chain.Root.ShouldBe(ca.Root);
    }

    [Fact]
    public void Costly_keys_count_several_times()
    {
        using var rsa = PrivateKeyMaterial.Generate(KeySpecification.Rsa2048);
        SignatureCost.Of(rsa.Public).ShouldBe(1);
        SignatureCost.Of(key.Public).ShouldBe(1);
        SignatureCost.Of(Rsa(bits: 16384, exponentBytes: 3)).ShouldBe(16);
        SignatureCost.Of(Rsa(bits: 3072, exponentBytes: 384)).ShouldBe(96);
    }

    public void Dispose()
    {
        ca.Dispose();
        key.Dispose();
    }

    // Another key each, so that no signature is known yet; the name is that of the leaf's issuer.
    private List<CertificateInfo> Issuers(int count)
    {
        var name = ca.Intermediate.SubjectName;
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            using var own = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
            return CertificateIssuing.IssueSelfSigned(own, ca.Leaf(own.Public, [], null) with { Subject = name, IsCa = true });
        })];
    }

    private static PublicKeyMaterial Rsa(int bits, int exponentBytes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                writer.WriteNull();
            }

            var inner = new AsnWriter(AsnEncodingRules.DER);
            using (inner.PushSequence())
            {
                inner.WriteIntegerUnsigned(Enumerable.Repeat((byte)0xC3, bits / 8).ToArray());
                inner.WriteIntegerUnsigned(Enumerable.Repeat((byte)0x41, exponentBytes).ToArray());
            }

            writer.WriteBitString(inner.Encode());
        }

        return PublicKeyMaterial.TryRead(writer.Encode()).ShouldNotBeNull();
    }

    private static Func<FindingContext, IEnumerable<CertificateFinding>> Say(string code) =>
        _ => [new CertificateFinding(code, PkiSeverity.Warning, "One.", "Two.")];

    private FindingContext Context() => new() { Certificate = ca.IssueFor(key.Public, "mx.example.org"), Now = Now };


    private sealed class Rule(string code, Func<FindingContext, IEnumerable<CertificateFinding>> check) : ICertificateRule
    {
        public string Code => code;

        public string Reference => "RFC 5280";

        public IEnumerable<CertificateFinding> Check(FindingContext context) => check(context);
    }
}
