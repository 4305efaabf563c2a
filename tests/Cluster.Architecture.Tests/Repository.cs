using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cluster.Architecture.Tests;

/// <summary>The working tree as the rules see it.</summary>
internal static class Repository
{
    private static readonly string[] Ignored = ["bin", "obj", "node_modules"];

    internal static string Top { get; } = FindTop();

    internal static IReadOnlyList<string> Files { get; } = [.. Walk(Top).Order(StringComparer.Ordinal)];

    internal static IReadOnlyList<SourceFile> Source { get; } =
        [.. Files.Where(
            f => f.EndsWith(".cs", StringComparison.Ordinal)
                && (f.StartsWith("src/", StringComparison.Ordinal) || f.StartsWith("tests/", StringComparison.Ordinal)))
            .Where(f => !f.Contains("/Migrations/", StringComparison.Ordinal))
            .Select(f => new SourceFile(f, Read(f)))];

    internal static IEnumerable<SourceFile> Product => Source.Where(s => s.IsProduct);

    internal static IReadOnlyList<string> Projects { get; } = [.. Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal))];

    internal static string Read(string relative) => File.ReadAllText(Path.Combine(Top, relative));

    internal static bool Exists(string relative)
    {
        var path = Path.Combine(Top, relative);
        return File.Exists(path) || Directory.Exists(path);
    }

    private static IEnumerable<string> Walk(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            yield return Path.GetRelativePath(Top, file);
        }

        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            var name = Path.GetFileName(child);
            if (Ignored.Contains(name) || (name.StartsWith('.') && name is not ".ci" and not ".banned"))
            {
                continue;
            }

            foreach (var file in Walk(child))
            {
                yield return file;
            }
        }
    }

    private static string FindTop()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Cluster.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}

internal sealed class SourceFile(string path, string text)
{
    private readonly Lazy<CompilationUnitSyntax> root = new(
        () => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot());

    internal string Path => path;

    internal string Text => text;

    internal int Lines { get; } = text.AsSpan().Count('\n') + (text.EndsWith('\n') ? 0 : 1);

    internal bool IsProduct => path.StartsWith("src/", StringComparison.Ordinal);

    internal string Project => path.Split('/')[1];

    internal CompilationUnitSyntax Root => root.Value;

    internal string At(SyntaxNode node) => $"{path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}
