using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>Which feature of the manager uses which; a circle would let any of them reach any other.</summary>
public sealed class FeatureArrowTests
{
    private const string Folder = "src/Cluster.Manager/Features/";
    private const string Whole = "Cluster.Manager.Features.";
    private const string Short = "Features.";

    private static readonly HashSet<string> Known =
        [.. Repository.Files.Where(f => f.StartsWith(Folder, StringComparison.Ordinal)).Select(f => f[Folder.Length..].Split('/')[0])];

    [Fact]
    public void Features_use_each_other_in_one_direction()
    {
        var arrows = Arrows().ToLookup(a => a.From, a => a.To);

        arrows.Select(a => a.Key)
            .Where(f => Reaches(f, f, arrows))
            .Select(f => $"{f} uses itself by way of {string.Join(", ", arrows[f].Where(t => Reaches(t, f, arrows)))}")
            .ShouldBeEmpty();
    }

    /// <summary>What is known of machines is used by everybody and uses nobody.</summary>
    [Fact]
    public void Fleet_uses_no_feature() => Arrows().Where(a => a.From == "Fleet").Select(a => a.To).ShouldBeEmpty();

    private static bool Reaches(string from, string target, ILookup<string, string> arrows)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(arrows[from]);
        while (open.TryPop(out var feature))
        {
            if (feature == target) return true;
            if (!seen.Add(feature)) continue;
            foreach (var next in arrows[feature]) open.Push(next);
        }

        return false;
    }

    // By using directives and by names that are written out; the own feature is left out.
    private static IEnumerable<(string From, string To)> Arrows() =>
        (from file in Repository.Product
         let user = FeatureOf(file.Root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString())
         where user is not null
         from name in file.Root.DescendantNodes().OfType<UsingDirectiveSyntax>().Select(u => u.Name?.ToString())
             .Concat(file.Root.DescendantNodes().OfType<QualifiedNameSyntax>().Select(q => q.ToString()))
             .Concat(file.Root.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Select(m => m.ToString()))
         let used = FeatureOf(name)
         where used is not null && used != user
         select (user, used)).Distinct();

    private static string? FeatureOf(string? name)
    {
        if (name is null) return null;
        var at = name.IndexOf(Whole, StringComparison.Ordinal);
        if (at < 0 && !name.StartsWith(Short, StringComparison.Ordinal)) return null;
        var feature = name[(at < 0 ? Short.Length : at + Whole.Length)..].Split('.', '(', '<', ' ')[0];
        return Known.Contains(feature) ? feature : null;
    }
}
