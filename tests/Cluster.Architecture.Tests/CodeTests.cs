using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>Habits of the code that a compiler does not hold.</summary>
public sealed partial class CodeTests
{
    private static readonly string[] ForbiddenFolders = ["Services", "Interfaces", "Helpers", "Managers", "Utils", "Common", "Misc"];
    private static readonly string[] NetworkTypes = [
        "Socket",
        "TcpClient",
        "TcpListener",
        "UdpClient",
        "HttpClient",
        "SocketsHttpHandler",
        "HttpClientHandler",
        "SslStream",
        "WebClient"
    ];

    // Where connections may be opened: the guard and its probes, the agent's own stream and local socket, the ports of the manager.
    private static readonly string[] MayConnect = [
        "src/Cluster.Verification/", "src/Cluster.Agent/", "src/Cluster.Manager/Hosting/", "src/Cluster.Client/"
    ];

    [Fact]
    public void Folders_are_named_for_capabilities() =>
        Repository.Source.Where(f => f.Path.Split('/').SkipLast(1).Any(ForbiddenFolders.Contains)).Select(f => f.Path).ShouldBeEmpty();

    [Fact]
    public void There_are_no_regions_and_no_banners() =>
        Repository.Source.Where(f => Banner().IsMatch(f.Text)).Select(f => f.Path).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_for_later() =>
        Repository.Product.Where(f => Unfinished().IsMatch(f.Text))
            .Select(f => $"{f.Path}: {Unfinished().Match(f.Text).Value}")
            .ShouldBeEmpty();

    [Fact]
    public void Classes_are_sealed_unless_something_derives_from_them()
    {
        var bases = Repository.Source.SelectMany(f => f.Root.DescendantNodes().OfType<BaseListSyntax>()).SelectMany(b => b.Types)
            .Select(t => Name(t.Type)).ToHashSet();
        var open = from file in Repository.Product
                   from type in file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>()
                   where type is ClassDeclarationSyntax or RecordDeclarationSyntax
                   where !type.IsKind(SyntaxKind.RecordStructDeclaration)
                   where !Has(type, SyntaxKind.SealedKeyword)
                       && !Has(type, SyntaxKind.StaticKeyword)
                       && !Has(type, SyntaxKind.AbstractKeyword)
                   where !bases.Contains(type.Identifier.Text) && !SealedElsewhere(type)
                   select $"{file.At(type)} {type.Identifier.Text}";
        open.ShouldBeEmpty();
    }

    [Fact]
    public void Types_are_internal_unless_another_project_needs_them()
    {
        var words = Repository.Source.ToDictionary(f => f, f => Word().Matches(f.Text).Select(m => m.Value).ToHashSet());
        var needless = from file in Repository.Product
                       from type in file.Root.Members.OfType<BaseNamespaceDeclarationSyntax>()
                           .SelectMany(n => n.Members)
                           .OfType<BaseTypeDeclarationSyntax>()
                       where Has(type, SyntaxKind.PublicKeyword)
                       let name = WordFor(type)
                       where !words.Any(
                           w => w.Key.Project != file.Project && (w.Value.Contains(name) || w.Value.Contains(type.Identifier.Text)))
                       where IsHost(file.Project)
                           || !words.Any(
                               w => w.Key.Path != file.Path
                                   && w.Key.Project == file.Project
                                   && w.Value.Contains(name)
                                   && HasPublicType(w.Key))
                       where !IsExtensionHolder(type, file, words) && !IsPartOfPublicFile(type, file)
                       select $"{file.At(type)} {name}";
        needless.ShouldBeEmpty();
    }

    [Fact]
    public void A_broad_catch_says_why()
    {
        var silent = from file in Repository.Product
                     from clause in file.Root.DescendantNodes().OfType<CatchClauseSyntax>()
                     where clause.Declaration is null || (Name(clause.Declaration.Type) == "Exception" && clause.Filter is null)
                     where !Rethrows(clause)
                     where !WithSurroundings(clause).Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia))
                     select file.At(clause);
        silent.ShouldBeEmpty();
    }

    [Fact]
    public void Connections_are_opened_only_where_they_are_guarded()
    {
        var elsewhere = from file in Repository.Product
                        where !MayConnect.Any(m => file.Path.StartsWith(m, StringComparison.Ordinal))
                        from creation in file.Root.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
                        where NetworkTypes.Contains(Name(creation.Type))
                        select $"{file.At(creation)} {creation.Type}";
        elsewhere.ShouldBeEmpty();
    }

    [Fact]
    public void A_feature_is_added_and_mapped_by_one_method_each()
    {
        var several = from file in Repository.Product
                      where file.Path.StartsWith("src/Cluster.Manager/Features/", StringComparison.Ordinal)
                      let feature = file.Path.Split('/')[3]
                      from method in file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>()
                      let receiver = method.ParameterList.Parameters.FirstOrDefault(
                          p => p.Modifiers.Any(SyntaxKind.ThisKeyword))?.Type?.ToString()
                      where (receiver is "IServiceCollection"
                          && method.Identifier.Text.StartsWith("Add", StringComparison.Ordinal)
                          && !Has(method, SyntaxKind.PrivateKeyword))
                          || (receiver is "IEndpointRouteBuilder"
                              && method.Identifier.Text.StartsWith("Map", StringComparison.Ordinal)
                              && !Has(method, SyntaxKind.PrivateKeyword))
                      group method.Identifier.Text by $"{feature}: {receiver}" into g
                      where g.Count() > 1
                      select $"{g.Key}: {string.Join(", ", g)}";
        several.ShouldBeEmpty();
    }

    private static string WordFor(BaseTypeDeclarationSyntax type) =>
        type.Identifier.Text is var name && name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;

    private static bool IsHost(string project) => project is "Cluster.Manager" or "Cluster.Agent" or "Cluster.Cli" or "Cluster.Console";

    private static bool HasPublicType(SourceFile file) =>
        file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Any(t => Has(t, SyntaxKind.PublicKeyword));

    // A static class is needed where one of its public methods is called.
    private static bool IsExtensionHolder(BaseTypeDeclarationSyntax type, SourceFile file, Dictionary<SourceFile, HashSet<string>> words) =>
        Has(type, SyntaxKind.StaticKeyword) && type is TypeDeclarationSyntax holder && holder.Members.OfType<MethodDeclarationSyntax>()
            .Any(m => words.Any(w => w.Key.Project != file.Project && w.Value.Contains(m.Identifier.Text)));

    // Records that stand in one file with the public type that they belong to.
    private static bool IsPartOfPublicFile(BaseTypeDeclarationSyntax type, SourceFile file) =>
        !IsHost(file.Project)
            && file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Any(t => t != type && Has(t, SyntaxKind.PublicKeyword)
            && t.DescendantNodes().OfType<SimpleNameSyntax>().Any(n => n.Identifier.Text == type.Identifier.Text));

    private static bool Rethrows(CatchClauseSyntax clause) =>
        clause.Block.Statements.LastOrDefault() is ThrowStatementSyntax;

    private static IEnumerable<SyntaxTrivia> WithSurroundings(CatchClauseSyntax clause) =>
        clause.DescendantTrivia(descendIntoTrivia: false).Concat(clause.GetLeadingTrivia()).Concat(clause.Parent!.GetLeadingTrivia());

    private static bool SealedElsewhere(TypeDeclarationSyntax type) =>
        Has(type, SyntaxKind.PartialKeyword) && Repository.Product.SelectMany(f => f.Root.DescendantNodes().OfType<TypeDeclarationSyntax>())
            .Any(t => t.Identifier.Text == type.Identifier.Text && (Has(t, SyntaxKind.SealedKeyword) || Has(t, SyntaxKind.StaticKeyword)));

    private static bool Has(MemberDeclarationSyntax member, SyntaxKind modifier) => member.Modifiers.Any(modifier);

    private static string Name(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => Name(qualified.Right),
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => type.ToString(),
    };

    [GeneratedRegex(@"^\s*#region|^\s*(//|/\*)\s*[-=*#/_~]{4,}", RegexOptions.Multiline)]
    private static partial Regex Banner();

    [GeneratedRegex(
        @"NotImplementedException|\b(TODO|HACK|FIXME|XXX)\b|\bfor now\b|in a real (system|implementation)", RegexOptions.IgnoreCase)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\b[A-Za-z_]\w*\b")]
    private static partial Regex Word();
}
