using System.Text;
using Cluster.Manager.Tests.Hosting;
using Cluster.Manager.Tests.OpenApi;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Access;

/// <summary>Every operation of the OpenAPI document with every role: who is not allowed learns nothing.</summary>
public sealed class RoleMatrixTests(TestManager manager) : IClassFixture<TestManager>
{
    private static readonly string[] Roles = ["viewer", "operator", "admin", "owner"];

    [Fact]
    public async Task Without_a_valid_token_every_operation_answers_401()
    {
        string?[] tokens = [null, "cluster_wrong"];
        foreach (var token in tokens)
        {
            using var rest = manager.RestWith(token);
            foreach (var operation in await ApiOperation.AllAsync(manager))
                (await Try(rest, operation)).ShouldBe((401, "unauthenticated"), $"{operation.Id} with {token}");
        }
    }

    [Fact]
    public async Task Outside_ones_clusters_everything_is_404_as_if_nothing_were_there()
    {
        await manager.Rest.PostAsync("/clusters", new System.Text.Json.Nodes.JsonObject { ["name"] = "other" });
        using var rest = await manager.RestAsAsync("admin", "other");
        foreach (var operation in (await ApiOperation.AllAsync(manager)).Where(o => o.InCluster))
            (await Try(rest, operation)).ShouldBe((404, "not-found"), operation.Id);

        var there = await rest.GetAsync("/clusters/mail");
        var missing = await rest.GetAsync("/clusters/nope");
        there.Text.Replace("mail", "nope", StringComparison.Ordinal)[..100].ShouldBe(missing.Text[..100]);
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("operator")]
    [InlineData("admin")]
    [InlineData("owner")]
    public async Task Each_role_may_do_what_the_document_says_and_nothing_more(string role)
    {
        using var rest = await manager.RestAsAsync(role, role == "owner" ? "*" : "mail");
        foreach (var operation in await ApiOperation.AllAsync(manager))
        {
            var (status, code) = await Try(rest, operation);
            if (IsAllowed(role, operation.Role)) status.ShouldNotBeOneOf([401, 403], $"{operation.Id}: {code}");
            else (status, code).ShouldBe((403, "forbidden"), operation.Id);
        }
    }

    [Fact]
    public async Task Releasing_keys_needs_its_own_permission_also_for_an_owner()
    {
        using var without = await manager.RestAsAsync("owner", "*");
        using var with = await manager.RestAsAsync("operator", "mail", exportKeys: true);
        var releasing = (await ApiOperation.AllAsync(manager)).Where(o => o.Role == "export-keys").ToList();

        releasing.ShouldNotBeEmpty();
        foreach (var operation in releasing)
        {
            (await Try(without, operation)).ShouldBe((403, "forbidden"));
            (await Try(with, operation)).Status.ShouldNotBeOneOf(401, 403);
        }
    }

    // An owner's token made for the matrix has no exportKeys.
    private static bool IsAllowed(string role, string asked) =>
        asked != "export-keys" && Array.IndexOf(Roles, role) >= Array.IndexOf(Roles, asked);

    // Names nothing that exists below the cluster, sends no body and asks for a dry run: an allowed call changes nothing.
    private static async Task<(int Status, string Code)> Try(RestApi rest, ApiOperation operation)
    {
        var path = operation.At(p => p == "c" ? "mail" : p is "n" ? "99" : p is "id" ? "00000000-0000-0000-0000-000000000001" : "nothing");
        using var body = operation.MediaTypes.Count == 0 ? null : new StringContent("{", Encoding.UTF8, operation.MediaTypes[0]);
        var dryRun = operation.Query.Contains("dryRun") ? "?dryRun=true" : string.Empty;
        var answer = await rest.SendAsync(operation.Method, path + dryRun, body);
        return (answer.Status, answer.Code);
    }
}
