using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>What is small can be read; the limits are on the tail.</summary>
public sealed class SizeTests
{
    private const int FileLimit = 400;
    private const int MedianLimit = 80;
    private const int MethodLimit = 80;
    private const int ParameterLimit = 8;

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Repository.Source.Where(f => f.Lines > FileLimit).Select(f => $"{f.Path}: {f.Lines}").ShouldBeEmpty();

    [Fact]
    public void The_median_source_file_has_at_most_80_lines()
    {
        var lines = Repository.Product.Select(f => f.Lines).Order().ToList();
        lines[lines.Count / 2].ShouldBeLessThanOrEqualTo(MedianLimit);
    }

    [Fact]
    public void No_script_is_longer_than_400_lines() =>
        Repository.Files.Where(f => f.EndsWith(".sh", StringComparison.Ordinal) && Repository.Read(f).AsSpan().Count('\n') > FileLimit)
            .ShouldBeEmpty();

    [Fact]
    public void No_method_is_longer_than_80_lines() =>
        Nodes<CSharpSyntaxNode>(n => n is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax)
            .Select(n => (n.File, n.Node, Lines: LinesOf(n.Node)))
            .Where(n => n.Lines > MethodLimit).Select(n => $"{n.File.At(n.Node)}: {n.Lines} lines").ShouldBeEmpty();

    /// <summary>
    /// The clock and the log are at hand everywhere and are not counted: a limit that made classes hand them on to each other
    /// would be worse than none.
    /// </summary>
    [Fact]
    public void No_constructor_takes_more_than_8_parameters()
    {
        var explicitOnes =
            Nodes<ConstructorDeclarationSyntax>(_ => true).Select(n => (n.File, Node: (SyntaxNode)n.Node, n.Node.ParameterList));
        var primaryOnes = Nodes<TypeDeclarationSyntax>(t => t is not RecordDeclarationSyntax && t.ParameterList is not null)
            .Select(n => (n.File, Node: (SyntaxNode)n.Node, ParameterList: n.Node.ParameterList!));
        explicitOnes.Concat(primaryOnes).Select(n => (n.File, n.Node, Count: n.ParameterList.Parameters.Count(IsCounted)))
            .Where(n => n.Count > ParameterLimit).Select(n => $"{n.File.At(n.Node)}: {n.Count} parameters").ShouldBeEmpty();
    }

    private static bool IsCounted(ParameterSyntax parameter)
    {
        var type = parameter.Type?.ToString() ?? "";
        return type != "TimeProvider" && !type.StartsWith("ILogger", StringComparison.Ordinal);
    }

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static IEnumerable<(SourceFile File, T Node)> Nodes<T>(Func<T, bool> wanted)
        where T : SyntaxNode => Repository.Source.SelectMany(f => f.Root.DescendantNodes().OfType<T>().Where(wanted).Select(n => (f, n)));
}
