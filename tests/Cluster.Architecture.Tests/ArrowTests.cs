using System.Text.Json;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>Projects mark trust and deployment boundaries; the arrows between them are the architecture.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Cluster.Contracts"] = [],
        ["Cluster.Pki"] = [],
        ["Cluster.Protocol"] = [],
        ["Cluster.Domain"] = ["Cluster.Contracts", "Cluster.Pki"],
        ["Cluster.Verification"] = ["Cluster.Contracts", "Cluster.Pki"],
        ["Cluster.Storage"] = ["Cluster.Contracts", "Cluster.Domain"],
        ["Cluster.Storage.Sqlite"] = ["Cluster.Storage", "Cluster.Contracts"],
        ["Cluster.Storage.PostgreSql"] = ["Cluster.Storage", "Cluster.Contracts"],
        ["Cluster.Manager"] = [
            "Cluster.Contracts",
            "Cluster.Pki",
            "Cluster.Domain",
            "Cluster.Protocol",
            "Cluster.Verification",
            "Cluster.Storage",
            "Cluster.Storage.Sqlite",
            "Cluster.Storage.PostgreSql"
        ],
        ["Cluster.Agent"] = ["Cluster.Contracts", "Cluster.Pki", "Cluster.Domain", "Cluster.Protocol", "Cluster.Verification"],
        ["Cluster.Client"] = ["Cluster.Contracts"],
        ["Cluster.Cli"] = ["Cluster.Client", "Cluster.Pki", "Cluster.Verification"],
        ["Cluster.Console"] = ["Cluster.Client"],
    };

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Cluster.Contracts"] = [],
        ["Cluster.Pki"] = ["BouncyCastle.Cryptography"],
        ["Cluster.Domain"] = [],
    };

    [Fact]
    public void Product_projects_refer_only_to_what_the_architecture_allows()
    {
        var wrong = from project in Repository.Projects
                    where project.StartsWith("src/", StringComparison.Ordinal)
                    let name = Path.GetFileNameWithoutExtension(project)
                    let allowed = Allowed.GetValueOrDefault(name)
                    from reference in References(project, "ProjectReference")
                        .Select(r => Path.GetFileNameWithoutExtension(r))
                        .DefaultIfEmpty("")
                    where allowed is null || (reference.Length > 0 && !allowed.Contains(reference))
                    select $"{name} → {reference}";
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void The_inner_projects_use_only_their_packages()
    {
        var wrong = from project in Repository.Projects
                    let name = Path.GetFileNameWithoutExtension(project)
                    where Packages.ContainsKey(name)
                    from package in References(project, "PackageReference")
                    where !Packages[name].Contains(package)
                    select $"{name} uses {package}";
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void The_agent_contains_no_database_and_no_web_server()
    {
        var assets = Path.Combine(Repository.Top, ".artifacts/obj/Cluster.Agent/project.assets.json");
        File.Exists(assets).ShouldBeTrue("the agent has been restored");
        using var document = JsonDocument.Parse(File.ReadAllBytes(assets));
        var everything = document.RootElement.GetProperty("libraries").EnumerateObject().Select(l => l.Name.Split('/')[0]).ToList();
        everything.ShouldContain("Cluster.Protocol");
        everything.Where(l => l.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)
            || l.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || l.StartsWith("Cluster.Storage", StringComparison.Ordinal)
            || l.StartsWith("Npgsql", StringComparison.Ordinal)
            || l.StartsWith("SQLite", StringComparison.OrdinalIgnoreCase))
            .ShouldBeEmpty();
        document.RootElement.GetProperty("project").GetProperty("frameworks").EnumerateObject().Single().Value
            .GetProperty("frameworkReferences").EnumerateObject().Select(f => f.Name).ShouldBe(["Microsoft.NETCore.App"]);
    }

    [Fact]
    public void Versions_of_packages_stand_in_one_file() =>
        Repository.Projects.Where(
            p => XDocument.Parse(Repository.Read(p)).Descendants("PackageReference").Any(r => r.Attribute("Version") is not null))
            .ShouldBeEmpty();

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Cluster.sln").Replace('\\', '/');
        Repository.Projects.Where(p => !solution.Contains(p, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Hosting_knows_no_feature()
    {
        var wrong = from file in Repository.Product
                    where file.Path.StartsWith("src/Cluster.Manager/Hosting/", StringComparison.Ordinal)
                    from name in file.Root.DescendantNodes().Where(n => n is NameSyntax or MemberAccessExpressionSyntax)
                    let text = name.ToString()
                    where text.StartsWith("Features.", StringComparison.Ordinal)
                        || text.StartsWith("Cluster.Manager.Features", StringComparison.Ordinal)
                    select $"{file.At(name)} {text}";
        wrong.ShouldBeEmpty();
    }

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Parse(Repository.Read(project))
            .Descendants(kind)
            .Select(r => (string?)r.Attribute("Include") ?? "")
            .Where(r => r.Length > 0);
}
