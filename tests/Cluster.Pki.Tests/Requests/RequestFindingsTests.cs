using Cluster.Pki.Findings;
using Cluster.Pki.Findings.Requests;
using Cluster.Pki.Requests;
using Cluster.Pki.Containers;
using Cluster.Pki.Tests.Corpus;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Requests;

/// <summary>Requests of openssl, each with one fault or none.</summary>
public sealed class RequestFindingsTests
{
    private const string Names = "subjectAltName=DNS:mx.example.org";

    public static TheoryData<string?, string[]> Cases => new()
    {
        { null, ["-newkey", "rsa:2048", "-addext", Names] },
        { null, ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-addext", "subjectAltName=email:a@example.org"] },
        { "request-weak-key", ["-newkey", "rsa:1024", "-addext", Names] },
        { "request-weak-signature", ["-newkey", "rsa:2048", "-sha1", "-addext", Names] },
        { "request-without-names", ["-newkey", "rsa:2048"] },
        { "request-for-authority", ["-newkey", "rsa:2048", "-addext", Names, "-addext", "basicConstraints=CA:TRUE"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_request_is_judged_before_an_authority_does(string? code, string[] arguments)
    {
        var request = await RequestAsync(arguments);
        RequestFindings.Evaluate(request).Select(f => f.Code).ShouldBe(code is null ? [] : [code]);
    }

    [Fact]
    public async Task A_challenge_password_is_pointed_out_and_not_shown()
    {
        using var directory = new CorpusDirectory();
        directory.Write(
            "r.cnf",
            "[req]\ndistinguished_name=d\nattributes=a\nprompt=no\nreq_extensions=e\n[d]\nCN=mx.example.org\n[a]\n"
                + $"challengePassword=very secret\n[e]\n{Names}\n");
        await directory.Run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "k", "-config", "r.cnf", "-out", "r.csr");
        var request = SigningRequests.Read(directory.Read("r.csr")).Value.ShouldNotBeNull();
        var finding = RequestFindings.Evaluate(request).ShouldHaveSingleItem();
        (finding.Code, finding.Severity).ShouldBe(("request-challenge-password", PkiSeverity.Info));
        finding.Message.ShouldNotContain("very secret");
    }

    [Fact]
    public async Task A_request_with_a_thousand_names_is_read_when_it_is_looked_at()
    {
        var names = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"DNS:host{i}.mail.example.org"));
        using var directory = new CorpusDirectory();
        directory.Write("r.cnf", $"[req]\ndistinguished_name=d\nprompt=no\nreq_extensions=e\n[d]\nCN=a\n[e]\nsubjectAltName={names}\n");
        await directory.Run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "k", "-config", "r.cnf", "-out", "r.csr");
        using var read = CertificateReader.Read(directory.Read("r.csr"));
        read.SigningRequests.ShouldHaveSingleItem().DnsNames.Count.ShouldBe(1_000);
        SigningRequests.Read(directory.Read("r.csr")).Error.ShouldNotBeNull().Code.ShouldBe("request-too-large");
    }

    [Fact]
    public void Each_code_is_documented_with_its_source()
    {
        var lines = File.ReadAllLines(Path.Combine(Builds.Top, "docs/findings.md"));
        foreach (var (code, source) in RequestFindings.References)
        {
            var row = lines.Single(l => l.StartsWith($"| `{code}` |", StringComparison.Ordinal));
            row.ShouldContain(source);
        }
    }

    private static async Task<SigningRequestInfo> RequestAsync(string[] arguments)
    {
        using var directory = new CorpusDirectory();
        await directory.Run(
            "openssl", ["req", "-new", "-nodes", "-keyout", "k", "-out", "r.csr", "-subj", "/CN=mx.example.org", .. arguments]);
        return SigningRequests.Read(directory.Read("r.csr")).Value.ShouldNotBeNull();
    }
}
