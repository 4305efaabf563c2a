using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>A code that a program may meet stands in ProblemCodes and in docs/problems.md, and nothing else does.</summary>
public sealed partial class ProblemCodeTests
{
    private const string Document = "docs/problems.md";

    // Sent to agents only, over gRPC.
    private static readonly string[] AgentCodes =
    [
        "announcement-invalid",
        "assignment-unproven",
        "challenge-invalid",
        "client-certificate-required",
        "hello-expected",
        "identity-still-valid",
        "identity-superseded",
        "identity-unknown",
        "join-token-invalid",
        "join-token-used",
        "key-in-use",
        "key-unsuitable",
        "machine-name-taken",
        "manager-draining",
        "protocol-unsupported",
        "recovery-refused",
        "rejoin-proof-invalid",
        "request-too-large",
        "stream-ended",
        "stream-fenced",
        "too-many-attempts",
    ];

    private static readonly IReadOnlyList<string> Codes =
        [.. Constant().Matches(Repository.Read("src/Cluster.Contracts/Problems/ProblemCodes.cs")).Select(m => m.Groups["code"].Value)];

    [Fact]
    public void Every_code_that_a_failure_is_made_with_is_known()
    {
        var sent = from file in Repository.Product
                   where file.Path.StartsWith("src/Cluster.Manager/", StringComparison.Ordinal)
                       || file.Path.StartsWith("src/Cluster.Storage/", StringComparison.Ordinal)
                   from match in Sent().Matches(file.Text)
                   select (file.Path, Code: match.Groups["code"].Value);
        var all = sent.ToList();
        all.Where(s => !Codes.Contains(s.Code) && !AgentCodes.Contains(s.Code)).Select(s => $"{s.Path}: {s.Code}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_reason_why_a_file_is_not_read_is_known()
    {
        var files = Repository.Product.Where(
            f => f.Path is "src/Cluster.Pki/Containers/ReadProblem.cs" or "src/Cluster.Pki/Containers/KeySelection.cs")
            .ToList();
        files.Count.ShouldBe(2);
        files.SelectMany(f => Constant().Matches(f.Text)).Select(m => m.Groups["code"].Value).Except(Codes).ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_is_described()
    {
        var text = Repository.Read(Document);
        Codes.Where(c => !text.Contains($"`{c}`", StringComparison.Ordinal)).ShouldBeEmpty();
        var described = Row()
            .Matches(text[text.IndexOf("## Codes", StringComparison.Ordinal)..])
            .SelectMany(m => Quoted().Matches(m.Groups["codes"].Value))
            .Select(m => m.Groups["code"].Value);
        described.Except(Codes).Except(AgentCodes).ShouldBeEmpty();
    }

    [Fact]
    public void Every_type_has_a_code_for_want_of_a_closer_one()
    {
        var types = Repository.Read("src/Cluster.Manager/Hosting/Problems/ProblemTypes.cs");
        TypeName().Matches(types).Select(m => m.Groups["code"].Value).ShouldNotBeEmpty();
        TypeName().Matches(types).Select(m => m.Groups["code"].Value).Except(Codes).ShouldBeEmpty();
    }

    [GeneratedRegex("""const string \w+ = "(?<code>[a-z0-9-]+)";""")]
    private static partial Regex Constant();

    [GeneratedRegex(
        @"(FailureCategory\.\w+,\s*|Conflict\(|\bCode \{ get; init; \} = |DatabaseUnavailableException[^;]{0,400}?\bCode = )""(?<code>[a-z0-9-]+)""")]
    private static partial Regex Sent();

    [GeneratedRegex("""(?m)^\| (?<codes>`[^|]*) \|""")]
    private static partial Regex Row();

    [GeneratedRegex("`(?<code>[a-z0-9-]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("""\(\d{3}, "(?<code>[a-z-]+)",""")]
    private static partial Regex TypeName();
}
