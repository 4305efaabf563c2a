using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>One word to search for finds one thing.</summary>
public sealed class TypeNameTests
{
    // Both programs have these, and each means its own.
    private static readonly string[] OneForEachProgram = ["CheckVerb", "ExitCodes", "RunVerb"];

    [Fact]
    public void A_type_has_a_name_of_its_own_in_the_whole_product()
    {
        var twice = from file in Repository.Source
                    from type in file.Root.Members.OfType<BaseNamespaceDeclarationSyntax>().SelectMany(n => n.Members)
                    let name = NameOf(type)
                    where name is not null && !OneForEachProgram.Contains(name)
                    group file.Path by name into g
                    where g.Count() > 1
                    select $"{g.Key}: {string.Join(", ", g)}";
        twice.ShouldBeEmpty();
    }

    // Parts of one type count once, and a type beside its generic form is the same thing.
    private static string? NameOf(MemberDeclarationSyntax type) => type switch
    {
        TypeDeclarationSyntax { TypeParameterList: not null } => null,
        TypeDeclarationSyntax part when part.Modifiers.Any(SyntaxKind.PartialKeyword) => null,
        BaseTypeDeclarationSyntax named => named.Identifier.Text,
        DelegateDeclarationSyntax named => named.Identifier.Text,
        _ => null,
    };
}
