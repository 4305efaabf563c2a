using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>One habit for each thing that could be written in several ways, so that nobody stumbles over the difference.</summary>
public sealed partial class StyleTests
{
    private const int WidthLimit = 140;

    // A token that stands for something other than "the caller gave up" says what: the host stops, a time limit passed.
    // What overrides a member of the framework keeps the name that it has there.
    private static readonly string[] TokenNames =
        ["ct", "stopping", "stopped", "stop", "limit", "call", "Call", "stoppingToken", "cancellationToken"];

    // Raw text is what it is: a document, a file of Postfix, a pattern.
    [Fact]
    public void No_line_is_wider_than_140_columns()
    {
        var wide = from file in Repository.Source
                   let lines = file.Text.Split('\n')
                   where lines.Any(l => l.Length > WidthLimit)
                   let raw = RawLines(file)
                   from line in lines.Select((text, i) => (Text: text, Number: i + 1))
                   where line.Text.Length > WidthLimit && !raw.Contains(line.Number)
                   select $"{file.Path}:{line.Number}: {line.Text.Length} columns";
        wide.ShouldBeEmpty();
    }

    [Fact]
    public void No_conditional_stands_inside_a_conditional()
    {
        var nested = from file in Repository.Product
                     from inner in file.Root.DescendantNodes().OfType<ConditionalExpressionSyntax>()
                     let outer = Outer(inner)
                     where outer is not null
                     select file.At(outer);
        nested.ShouldBeEmpty();
    }

    [Fact]
    public void Cancellation_tokens_are_called_ct()
    {
        var others = from file in Repository.Product
                     from parameter in file.Root.DescendantNodes().OfType<ParameterSyntax>()
                     where parameter.Type?.ToString() == "CancellationToken" && !TokenNames.Contains(parameter.Identifier.Text)
                     select $"{file.At(parameter)} {parameter.Identifier.Text}";
        others.ShouldBeEmpty();
    }

    [Fact]
    public void Fields_have_no_underscore()
    {
        var underscored = from file in Repository.Source
                          from field in file.Root.DescendantNodes().OfType<FieldDeclarationSyntax>()
                          from name in field.Declaration.Variables
                          where name.Identifier.Text.StartsWith('_')
                          select $"{file.At(name)} {name.Identifier.Text}";
        underscored.ShouldBeEmpty();
    }

    [Fact]
    public void The_empty_string_is_written_as_a_literal() =>
        Repository.Product.Where(f => f.Text.Contains("string.Empty", StringComparison.Ordinal)).Select(f => f.Path).ShouldBeEmpty();

    [Fact]
    public void Inheritdoc_is_written_in_one_way() =>
        Repository.Source.Where(f => f.Text.Contains("<inheritdoc " + "/>", StringComparison.Ordinal)).Select(f => f.Path).ShouldBeEmpty();

    [Fact]
    public void A_comment_stands_below_the_documentation_of_its_member() =>
        Repository.Source.Where(f => CommentAboveDocumentation().IsMatch(f.Text)).Select(f => f.Path).ShouldBeEmpty();

    [Fact]
    public void Type_names_say_what_a_thing_is()
    {
        var vague = from file in Repository.Product
                    from type in file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                    where VagueName().IsMatch(type.Identifier.Text)
                    select $"{file.At(type)} {type.Identifier.Text}";
        vague.ShouldBeEmpty();
    }

    [Fact]
    public void A_summary_says_more_than_the_name()
    {
        var repeated = from file in Repository.Product
                       from member in file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>()
                       where member is not BaseNamespaceDeclarationSyntax
                       let summary = SummaryWords.Of(member)
                       where summary is { Count: <= 6 } && !SummaryWords.AddAnything(summary, member, file.Path)
                       select $"{file.At(member)}: {string.Join(' ', summary)}";
        repeated.ShouldBeEmpty();
    }

    private static HashSet<int> RawLines(SourceFile file)
    {
        var texts = file.Root.DescendantNodes()
            .Where(
                n => n is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax
                    && (n.ToString().Contains("\"\"\"", StringComparison.Ordinal) || n.ToString().StartsWith('@')));
        return [
            .. texts.Select(t => t.GetLocation().GetLineSpan())
                .SelectMany(s => Enumerable.Range(s.StartLinePosition.Line + 1, s.EndLinePosition.Line - s.StartLinePosition.Line + 1))
        ];
    }

    private static ConditionalExpressionSyntax? Outer(SyntaxNode inner)
    {
        // Also as an argument of a call inside of the outer one: it is read together with it.
        for (var node = inner.Parent;
            node is ExpressionSyntax or ArgumentSyntax or ArgumentListSyntax or InterpolationSyntax;
            node = node.Parent)
        {
            if (node is ConditionalExpressionSyntax outer) return outer;
            if (node is AnonymousFunctionExpressionSyntax or SwitchExpressionSyntax or InitializerExpressionSyntax) return null;
        }

        return null;
    }

    [GeneratedRegex(@"^\s*//(?!/)[^\n]*\n\s*///", RegexOptions.Multiline)]
    private static partial Regex CommentAboveDocumentation();

    [GeneratedRegex("(Answers?|Writes|Stand|Standing|Stuff|Helper|Util|Utils)$")]
    private static partial Regex VagueName();
}
