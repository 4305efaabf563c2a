using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cluster.Architecture.Tests;

/// <summary>The words of a one-line summary, compared with those that the reader already has before his eyes.</summary>
internal static partial class SummaryWords
{
    // Words that carry nothing by themselves.
    private static readonly HashSet<string> Empty = [.. (
        "its the a an of is are it to and or by in on for with that this what when who where has have was were be at as one all any "
        + "own made makes make "
        + "maps map adds add reads read shows show writes write runs run gets get sets set finds find returns return operations verb "
        + "needs need wraps "
        + "compares same so new name names kind state states time id immutable itself here there until cancelled only cluster "
        + "configuration features "
        + "feature services service used keeps keep value values result").Split(' ')];

    internal static IReadOnlyList<string>? Of(MemberDeclarationSyntax member)
    {
        var comments = member.GetLeadingTrivia().Where(t => t.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia)).ToList();
        if (comments.Count != 1) return null;
        var match = Summary().Match(comments[0].ToFullString().Trim());
        return match.Success ? match.Groups[1].Value.Trim().TrimEnd('.').Split(' ', StringSplitOptions.RemoveEmptyEntries) : null;
    }

    internal static bool AddAnything(IReadOnlyList<string> summary, MemberDeclarationSyntax member, string path)
    {
        var seen = Around(member).Append(Path.GetFileNameWithoutExtension(path)).SelectMany(Split).Select(Stem).ToHashSet();
        return summary.Select(w => NoLetter().Replace(w.ToLowerInvariant(), ""))
            .Any(w => w.Length > 0 && !Empty.Contains(w) && !seen.Contains(Stem(w)));
    }

    private static IEnumerable<string> Around(MemberDeclarationSyntax member)
    {
        foreach (var type in member.AncestorsAndSelf().OfType<BaseTypeDeclarationSyntax>()) yield return type.Identifier.Text;
        switch (member)
        {
            case MethodDeclarationSyntax method:
                yield return method.Identifier.Text;
                yield return $"{method.ReturnType} {method.ParameterList}";
                break;
            case PropertyDeclarationSyntax property:
                yield return property.Identifier.Text;
                yield return property.Type.ToString();
                break;
            case EnumMemberDeclarationSyntax value:
                yield return value.Identifier.Text;
                break;
            case BaseFieldDeclarationSyntax field:
                yield return string.Join(' ', field.Declaration.Variables.Select(v => v.Identifier.Text));
                break;
            case DelegateDeclarationSyntax named:
                yield return named.Identifier.Text;
                break;
        }
    }

    private static IEnumerable<string> Split(string text) => Part().Matches(text).Select(m => m.Value);

    private static string Stem(string word)
    {
        var lower = word.ToLowerInvariant();
        foreach (var ending in (string[])["ies", "ing", "es", "ed", "s", "e", "y"])
        {
            if (lower.Length > ending.Length + 2 && lower.EndsWith(ending, StringComparison.Ordinal)) return lower[..^ending.Length];
        }

        return lower;
    }

    [GeneratedRegex(@"^(?:///)?\s*<summary>([^<]*)</summary>$")]
    private static partial Regex Summary();

    [GeneratedRegex("[^a-z0-9]")]
    private static partial Regex NoLetter();

    [GeneratedRegex("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")]
    private static partial Regex Part();
}
