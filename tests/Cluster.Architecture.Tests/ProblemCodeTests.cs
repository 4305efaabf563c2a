using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>A code that a program may meet stands in ProblemCodes and in docs/problems.md, and nothing else does.</summary>
public sealed partial class ProblemCodeTests
{
    private const string Document = "docs/problems.md";
    private const string HostSection = "## Codes that a host tells";
    private const string AutomationSection = "## Codes that automation meets";

    // Sent to agents only, over gRPC.
    private static readonly IReadOnlyList<string> AgentCodes =
        [.. Constant().Matches(Repository.Read("src/Cluster.Protocol/AgentCodes.cs")).Select(m => m.Groups["code"].Value)];

    private static readonly IReadOnlyList<string> Codes =
        [.. Constant().Matches(Repository.Read("src/Cluster.Contracts/Problems/ProblemCodes.cs")).Select(m => m.Groups["code"].Value)];

    [Fact]
    public void A_code_is_written_as_a_constant()
    {
        var literals = from file in Repository.Product
                       where !file.Path.StartsWith("src/Cluster.Pki/", StringComparison.Ordinal)
                       from match in Literal().Matches(file.Text)
                       select $"{file.Path}: {match.Groups["code"].Value}";
        literals.ShouldBeEmpty();
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
            .Matches(text[text.IndexOf(AutomationSection, StringComparison.Ordinal)..])
            .SelectMany(m => Quoted().Matches(m.Groups["codes"].Value))
            .Select(m => m.Groups["code"].Value);
        described.Except(Codes).Except(AgentCodes).ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_that_a_host_tells_is_described()
    {
        var source = Repository.Read("src/Cluster.Contracts/Machines/ApplyCodes.cs");
        var text = Repository.Read(Document);
        var section = text[text.IndexOf(HostSection, StringComparison.Ordinal)..text.IndexOf(AutomationSection, StringComparison.Ordinal)];
        var described = Row()
            .Matches(section)
            .SelectMany(m => Quoted().Matches(m.Groups["codes"].Value))
            .Select(m => m.Groups["code"].Value);
        described.Order().ShouldBe(Constant().Matches(source).Select(m => m.Groups["code"].Value).Order());
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

    // After a category, or as the second argument of an error in a member.
    [GeneratedRegex(
        @"(FailureCategory\.\w+,\s*|\bConflict\(\s*|\bCode \{ get; init; \} = |ApplyFailure\.(Final|Transient)\(\s*"
        + @"|new PartProblem\(\s*|(FieldError|Invalid)\(\s*(\$?""[^""\n]*""|[\w.]+),\s*)""(?<code>[a-z0-9-]+)""")]
    private static partial Regex Literal();

    [GeneratedRegex("""(?m)^\| (?<codes>`[^|]*) \|""")]
    private static partial Regex Row();

    [GeneratedRegex("`(?<code>[a-z0-9-]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("""\(\d{3}, "(?<code>[a-z-]+)",""")]
    private static partial Regex TypeName();
}
