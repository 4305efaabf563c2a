using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>What is written stays true: links lead somewhere, paths exist, no machine and no secret is in the tree.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] TextEndings = [
        ".cs", ".md", ".sh", ".props", ".csproj", ".proto", ".json", ".yml", ".txt", ".service", "/run"
    ];

    private static IEnumerable<string> Documents => Repository.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal));

    private static IEnumerable<string> Texts =>
        Repository.Files.Where(
            f => TextEndings.Any(e => f.EndsWith(e, StringComparison.Ordinal))
                && !f.StartsWith("tests/Cluster.Architecture.Tests/", StringComparison.Ordinal));

    [Fact]
    public void Relative_links_lead_somewhere()
    {
        var broken = from document in Documents
                     from Match match in Link().Matches(Repository.Read(document))
                     let target = match.Groups[1].Value.Split('#')[0]
                     where target.Length > 0
                         && !target.Contains("://", StringComparison.Ordinal)
                         && !target.StartsWith("mailto:", StringComparison.Ordinal)
                     where !Repository.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
                     select $"{document} → {target}";
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Quoted_paths_exist()
    {
        var broken = from document in Documents
                     from Match match in QuotedPath().Matches(Repository.Read(document))
                     let path = match.Groups[1].Value.Split(' ')[0]
                     where !path.Any(c => c is '*' or '<' or '…' or '{' or '$') && !path.Contains("NNNN", StringComparison.Ordinal)
                     where !Repository.Exists(path)
                     select $"{document}: {path}";
        broken.ShouldBeEmpty();
    }

    /// <summary>README leads to the page of each; the page of the destinations has the name of what they are.</summary>
    [Fact]
    public void Every_kind_of_settings_has_a_page()
    {
        var kinds = KindName().Matches(Repository.Read("src/Cluster.Contracts/Settings/Kinds.cs"))
            .Select(m => m.Groups[1].Value)
            .Where(kind => kind != "-")
            .ToList();
        var pages = Link().Matches(Repository.Read("README.md")).Select(m => m.Groups[1].Value).Where(Repository.Exists).ToHashSet();

        kinds.Count.ShouldBeGreaterThan(10);
        kinds.Where(kind => !pages.Any(page => page.StartsWith("docs/", StringComparison.Ordinal) && IsPageOf(page, kind))).ShouldBeEmpty();
    }

    private static bool IsPageOf(string page, string kind) =>
        kind == "destination-controls" ? page == "docs/destinations.md" : page == $"docs/{kind}.md";

    [Fact]
    public void Every_problem_type_is_documented()
    {
        var page = Repository.Read("docs/problems.md");
        var types = ProblemType()
            .Matches(Repository.Read("src/Cluster.Manager/Hosting/Problems/ProblemTypes.cs"))
            .Select(m => m.Groups[1].Value)
            .ToList();
        types.Count.ShouldBeGreaterThan(10);
        types.Where(t => !page.Contains($"`urn:cluster:problem:{t}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Decisions_are_numbered_without_gaps()
    {
        var numbers =
            Documents.Where(d => d.StartsWith("docs/decisions/", StringComparison.Ordinal)).Select(d => Path.GetFileName(d)[..4]).ToList();
        numbers.ShouldBe(Enumerable.Range(1, numbers.Count).Select(n => n.ToString("0000")));
    }

    [Fact]
    public void No_path_of_one_machine_is_written_down() =>
        Texts.Where(f => MachinePath().IsMatch(Repository.Read(f)))
            .Select(f => $"{f}: {MachinePath().Match(Repository.Read(f)).Value}")
            .ShouldBeEmpty();

    [Fact]
    public void No_private_key_is_in_the_tree() =>
        Texts.Where(f => PrivateKey().IsMatch(Repository.Read(f))).ShouldBeEmpty();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("""const string \w+ = "([a-z-]+)";""")]
    private static partial Regex KindName();

    [GeneratedRegex(@"new\(\d{3}, ""([a-z-]+)""")]
    private static partial Regex ProblemType();

    [GeneratedRegex(@"`\.?/?((?:src|tests|docs|deploy|protos|\.ci)/[^`]+)`")]
    private static partial Regex QuotedPath();

    [GeneratedRegex(@"(?<![\w.$}""])/(?:wor[k]|tmp/\w|home/\w+|root)/[a-z]+/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}")]
    private static partial Regex PrivateKey();
}
