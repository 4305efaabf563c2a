using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>Tests use the product as its users do: what they rely on must be what REST and the agents' port would let happen.</summary>
public sealed class TestHabitTests
{
    private static readonly string[] DatabaseTypes = ["ClusterDatabase", "ClusterDbContext"];

    // Each with the reason why nothing but the database shows or makes it.
    private static readonly Dictionary<string, string> MayUseTheDatabase = new()
    {
        ["tests/Cluster.Manager.Tests/Agents/ConfirmTests.cs"] = "a fork begins and ends while a rollout runs",
        ["tests/Cluster.Manager.Tests/Agents/ContentPruningTests.cs"] = "a stored bundle is damaged",
        ["tests/Cluster.Manager.Tests/Agents/LeaseTests.cs"] = "another manager is nothing but its rows",
        ["tests/Cluster.Manager.Tests/Agents/OrderTests.cs"] = "an order that was not acknowledged yet is told to the machine only",
        ["tests/Cluster.Manager.Tests/Agents/QuietQueueTests.cs"] = "what managers are woken by is told to nobody",
        ["tests/Cluster.Manager.Tests/Agents/StoredContents.cs"] = "which bundles and parts are stored is told to nobody",
        ["tests/Cluster.Manager.Tests/Agents/StreamFenceTests.cs"] = "numbers and boot ids of streams are told to nobody",
        ["tests/Cluster.Manager.Tests/Certificates/DryRunTests.cs"] = "nothing at all is stored, keys included",
        ["tests/Cluster.Manager.Tests/Certificates/HostileCertificateTests.cs"] = "a stored certificate cannot be read any more",
        ["tests/Cluster.Manager.Tests/Database/DatabaseStartTests.cs"] = "databases that are older, newer or restored",
        ["tests/Cluster.Manager.Tests/Idempotency/IdempotencyTests.cs"] = "answers are stored sealed",
        ["tests/Cluster.Manager.Tests/OpenApi/DryRunOfEveryOperationTests.cs"] = "no row of any table changes",
        ["tests/Cluster.Manager.Tests/Units/UnitRunnerTests.cs"] = "units of work themselves",
    };

    [Fact]
    public void Nobody_goes_round_the_surface()
    {
        var users = (from file in Repository.Source
                     where file.Path.StartsWith("tests/", StringComparison.Ordinal)
                         && file.Project is not ("Cluster.Storage.Tests" or "Cluster.Benchmarks")
                     where file.Root.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => DatabaseTypes.Contains(n.Identifier.Text))
                     select file.Path).ToList();
        users.Except(MayUseTheDatabase.Keys).ShouldBeEmpty("use Cluster.Client; a database only where nothing else shows or makes it");
        MayUseTheDatabase.Keys.Except(users).ShouldBeEmpty("an exception that nobody needs");
    }

    [Fact]
    public void Fixtures_and_other_shared_types_of_tests_have_one_name_each()
    {
        var shared = from file in Repository.Source
                     where file.Path.StartsWith("tests/", StringComparison.Ordinal)
                     from type in file.Root.Members.OfType<BaseNamespaceDeclarationSyntax>()
                         .SelectMany(n => n.Members)
                         .OfType<BaseTypeDeclarationSyntax>()
                     where !type.Identifier.Text.EndsWith("Tests", StringComparison.Ordinal)
                     group file.Path by type.Identifier.Text into g
                     where g.Distinct().Count() > 1
                     select $"{g.Key}: {string.Join(", ", g.Distinct())}";
        shared.ShouldBeEmpty();
    }
}
