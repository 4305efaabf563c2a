using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>What a kind of settings means stands in one file.</summary>
public sealed partial class KindTests
{
    // The names themselves, what each kind means, and the software that applies them.
    private static readonly string[] MayName = ["src/Cluster.Contracts/", "src/Cluster.Domain/Settings/", "src/Cluster.Agent/Drivers/"];

    private const string Drivers = "src/Cluster.Agent/Drivers/";

    [Fact]
    public void Nobody_else_names_a_kind() =>
        Repository.Product.Where(f => !MayName.Any(p => f.Path.StartsWith(p, StringComparison.Ordinal)))
            .SelectMany(f => NamedKind().Matches(f.Text).Select(m => $"{f.Path}: {m.Value}"))
            .ShouldBeEmpty("The record of a kind gives its name: All<Listener>(), Listener.Kind.");

    [Fact]
    public void Each_kind_of_the_registry_is_one_class()
    {
        var made =
            KindClass().Matches(Repository.Read("src/Cluster.Domain/Settings/KindRegistry.cs")).Select(m => m.Groups[1].Value).ToList();

        made.Count.ShouldBeGreaterThan(9);
        made.Where(k => !Repository.Exists($"src/Cluster.Domain/Settings/{k}.cs")).ShouldBeEmpty();
        Repository.Product.Where(
            f => f.Path.StartsWith("src/Cluster.Domain/Settings/", StringComparison.Ordinal)
                && f.Path.EndsWith("Kind.cs", StringComparison.Ordinal))
            .Select(f => Path.GetFileNameWithoutExtension(f.Path)).ShouldBe(made, ignoreOrder: true);
    }

    [Fact]
    public void A_driver_reads_each_kind_that_it_announces()
    {
        var kinds = Repository.Product.Where(f => f.Path.StartsWith("src/Cluster.Contracts/Settings/", StringComparison.Ordinal))
            .SelectMany(f => RecordOfKind().Matches(f.Text)).ToDictionary(m => m.Groups["record"].Value, m => m.Groups["kind"].Value);
        var drivers = Repository.Product.Where(f => f.Path.StartsWith(Drivers, StringComparison.Ordinal))
            .GroupBy(f => f.Path[Drivers.Length..].Split('/')[0])
            .ToList();
        var unread = from driver in drivers
                     let text = string.Concat(driver.Select(f => f.Text))
                     from announced in Announced()
                         .Matches(text)
                         .SelectMany(m => AnnouncedRecord().Matches(m.Value))
                         .Select(m => m.Groups["record"].Value)
                     where !IsRead(driver.Key, kinds[announced], announced, text)
                     select $"{driver.Key}: {announced}";

        drivers.Count(d => d.Any(f => Announced().IsMatch(f.Text))).ShouldBeGreaterThan(1);
        unread.ShouldBeEmpty(
            "What is announced is sent, and must have an effect: read part.All<T>() or part.Singleton<T>(), or do not announce it.");
    }

    // Certificates and trust are members of the part. The driver `files` writes the certificates that its listeners and interfaces
    // name, and nothing else of them.
    private static bool IsRead(string driver, string kind, string record, string text) => kind switch
    {
        "Certificates" => text.Contains(".Certificates", StringComparison.Ordinal),
        "Trust" or "TrustedAuthorities" => text.Contains(".Trust", StringComparison.Ordinal),
        "Listeners" or "Interfaces" when driver == "Files" => text.Contains(".Certificates", StringComparison.Ordinal),
        _ => text.Contains($"All<{record}>", StringComparison.Ordinal) || text.Contains($"Singleton<{record}>", StringComparison.Ordinal),
    };

    [GeneratedRegex(@"\bKinds =\s*\[[^\]]*\]")]
    private static partial Regex Announced();

    [GeneratedRegex(@"\b(?<record>\w+)\.Kind\b")]
    private static partial Regex AnnouncedRecord();

    [GeneratedRegex(
        @"record (?<record>\w+) : I(?:Settings|Singleton)Document\s*\{\s*/// <inheritdoc/>\s*public static string Kind => Kinds\.(?<kind>\w+);")]
    private static partial Regex RecordOfKind();

    [GeneratedRegex(@"(?<![\w.)])(?:Contracts\.Settings\.)?Kinds\.(?!SingletonName|SchemaVersion)[A-Z]\w+(?!\w*\()")]
    private static partial Regex NamedKind();

    [GeneratedRegex(@"new (\w+Kind)\(\)")]
    private static partial Regex KindClass();
}
