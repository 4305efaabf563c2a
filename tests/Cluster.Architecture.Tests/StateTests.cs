using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>
/// States are types: they are translated by name, never by number, and are asked for by column, never by a piece of JSON.
/// </summary>
public sealed class StateTests
{
    [Fact]
    public void No_enum_is_cast_to_another_one()
    {
        var enums = Repository.Product.SelectMany(f => f.Root.DescendantNodes().OfType<EnumDeclarationSyntax>())
            .Select(e => e.Identifier.Text)
            .ToHashSet();
        var casts = from file in Repository.Product
                    from cast in file.Root.DescendantNodes().OfType<CastExpressionSyntax>()
                    where enums.Contains(Last(cast.Type)) && Inner(cast.Expression) is CastExpressionSyntax { Type: PredefinedTypeSyntax }
                    select $"{file.At(cast)} {cast}";
        casts.ShouldBeEmpty("reordering one of the two would corrupt the other; write a switch over all members");
    }

    [Fact]
    public void No_query_searches_in_stored_JSON()
    {
        var searches = from file in Repository.Product
                       from call in file.Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
                       where call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Contains" or "StartsWith" or "Like" }
                       from literal in call.ArgumentList.Arguments.Select(a => a.Expression).OfType<LiteralExpressionSyntax>()
                       where literal.IsKind(SyntaxKind.StringLiteralExpression)
                           && literal.Token.ValueText.StartsWith('"')
                           && literal.Token.ValueText.Length > 1
                       select $"{file.At(call)} {literal}";
        searches.ShouldBeEmpty("a renamed member would change what is found without an error; make a column");
    }

    private static ExpressionSyntax Inner(ExpressionSyntax expression) =>
        expression is ParenthesizedExpressionSyntax parenthesised ? Inner(parenthesised.Expression) : expression;

    private static string Last(TypeSyntax type) => type switch
    {
        NullableTypeSyntax nullable => Last(nullable.ElementType),
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => type.ToString(),
    };
}
