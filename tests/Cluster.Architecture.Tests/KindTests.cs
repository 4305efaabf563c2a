using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>What a kind of settings means stands in one file.</summary>
public sealed partial class KindTests
{
    // The names themselves, what each kind means, and the software that applies them.
    private static readonly string[] MayName = ["src/Cluster.Contracts/", "src/Cluster.Domain/Settings/", "src/Cluster.Agent/Drivers/"];

    [Fact]
    public void Nobody_else_names_a_kind() =>
        Repository.Product.Where(f => !MayName.Any(p => f.Path.StartsWith(p, StringComparison.Ordinal)))
            .SelectMany(f => NamedKind().Matches(f.Text).Select(m => $"{f.Path}: {m.Value}"))
            .ShouldBeEmpty("The record of a kind gives its name: All<Listener>(), Listener.Kind.");

    [Fact]
    public void Each_kind_of_the_registry_is_one_class()
    {
        var made = KindClass().Matches(Repository.Read("src/Cluster.Domain/Settings/KindRegistry.cs")).Select(m => m.Groups[1].Value).ToList();

        made.Count.ShouldBeGreaterThan(9);
        made.Where(k => !Repository.Exists($"src/Cluster.Domain/Settings/{k}.cs")).ShouldBeEmpty();
        Repository.Product.Where(f => f.Path.StartsWith("src/Cluster.Domain/Settings/", StringComparison.Ordinal) && f.Path.EndsWith("Kind.cs", StringComparison.Ordinal))
            .Select(f => Path.GetFileNameWithoutExtension(f.Path)).ShouldBe(made, ignoreOrder: true);
    }

    [GeneratedRegex(@"(?<![\w.)])(?:Contracts\.Settings\.)?Kinds\.(?!SingletonName|SchemaVersion)[A-Z]\w+(?!\w*\()")]
    private static partial Regex NamedKind();

    [GeneratedRegex(@"new (\w+Kind)\(\)")]
    private static partial Regex KindClass();
}
