using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>
/// Refusals end the units of work that <c>UnitRunner</c> runs, and never leave them (docs/decisions/0016-one-write-course.md).
/// </summary>
public sealed class UnitTests
{
    private const string Refused = "RefusedException";
    private const string Runner = "src/Cluster.Manager/Hosting/Units/UnitRunner.cs";

    // Where the exception and the step to it are defined, and what a request carries into the unit.
    private static readonly string[] Definitions = [
        "src/Cluster.Manager/Hosting/Units/RefusedException.cs", "src/Cluster.Manager/Hosting/Requests/WriteRequest.cs"
    ];

    [Fact]
    public void Refusals_are_caught_in_one_place()
    {
        var catchers = from file in Repository.Product
                       from clause in file.Root.DescendantNodes().OfType<CatchClauseSyntax>()
                       where clause.Declaration?.Type.ToString().EndsWith(Refused, StringComparison.Ordinal) == true
                       select file.Path;
        catchers.ShouldBe([Runner]);
    }

    [Fact]
    public void Refusals_are_thrown_by_features_only() =>
        Repository.Product.Where(f => Refuses(f) && !f.Path.StartsWith("src/Cluster.Manager/Features/", StringComparison.Ordinal))
            .Select(f => f.Path).Except(Definitions).Except([Runner]).ShouldBeEmpty();

    [Fact]
    public void Operations_of_the_api_get_their_database_from_the_runner()
    {
        var direct = from file in Repository.Product
                     where file.Path.StartsWith("src/Cluster.Manager/Features/", StringComparison.Ordinal)
                     where file.Text.Contains("IEndpointRouteBuilder", StringComparison.Ordinal)
                         || file.Text.Contains("IResult", StringComparison.Ordinal)
                         || Refuses(file)
                     where file.Root.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.Text == "ClusterDatabase")
                     select file.Path;
        direct.ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_runner_makes_a_unit_a_dry_run()
    {
        var takers = from file in Repository.Product
                     where file.Path.StartsWith("src/Cluster.Manager/", StringComparison.Ordinal)
                     from call in file.Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
                     where call.Expression.ToString().EndsWith(".Unit.RollBack", StringComparison.Ordinal)
                     select file.Path;
        takers.ShouldBe([Runner]);
    }

    private static bool Refuses(SourceFile file) =>
        file.Root.DescendantNodes().OfType<SimpleNameSyntax>().Any(n => n.Identifier.Text is Refused or "OrRefuse");
}
