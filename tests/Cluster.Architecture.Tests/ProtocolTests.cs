using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>The agent protocol is laid out so that path, package and version cannot disagree.</summary>
public sealed partial class ProtocolTests
{
    [Fact]
    public void The_path_of_a_proto_is_its_package()
    {
        Protos.ShouldNotBeEmpty();
        Protos.Where(p => PackageOf(p) != Path.GetDirectoryName(p)!["protos/".Length..].Replace('/', '.')).ShouldBeEmpty();
    }

    [Fact]
    public void Every_call_says_who_may_make_it()
    {
        var silent = from proto in Protos
                     let lines = Repository.Read(proto).Split('\n')
                     from number in Enumerable.Range(0, lines.Length)
                     where lines[number].TrimStart().StartsWith("rpc ", StringComparison.Ordinal)
                     where !lines[..number]
                         .Reverse()
                         .TakeWhile(l => l.TrimStart().StartsWith("//", StringComparison.Ordinal))
                         .Any(l => l.Contains("Caller:", StringComparison.Ordinal))
                     select $"{proto}:{number + 1}";
        silent.ShouldBeEmpty();
    }

    private static IEnumerable<string> Protos => Repository.Files.Where(f => f.EndsWith(".proto", StringComparison.Ordinal));

    private static string PackageOf(string proto) => Package().Match(Repository.Read(proto)).Groups[1].Value;

    [GeneratedRegex(@"^package\s+([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Package();
}
