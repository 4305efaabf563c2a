using System.Text.Json.Nodes;
using Cluster.Testing.Programs;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Every operation that the document names is closed to strangers, and every writing one to those who may only read.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Every_operation_refuses_strangers_and_every_write_refuses_viewers()
    {
        await using var manager = await ManagerProcess.StartNewAsync();
        (await manager.Rest.PostAsync("/clusters", new JsonObject { ["name"] = "mail" })).Expect(201);
        var viewer = (await manager.Rest.PostAsync("/tokens", new JsonObject
        {
            ["name"] = "viewer",
            ["grants"] = new JsonArray(new JsonObject { ["cluster"] = "mail", ["role"] = "viewer" }),
        })).Expect(201).Json["token"]!;
        using var stranger = manager.RestWith(null);
        using var forged = manager.RestWith("clt_" + new string('a', 40));
        using var reader = manager.RestWith((string?)viewer);

        var operations = Operations((await manager.Rest.GetAsync("/openapi/v1.json")).Expect(200).Json);

        operations.Count.ShouldBeGreaterThan(40);
        foreach (var (method, path, role) in operations)
        {
            (await CallAsync(stranger, method, path)).ShouldBe(401, $"{method} {path} without a token");
            (await CallAsync(forged, method, path)).ShouldBe(401, $"{method} {path} with a forged token");
            // What a viewer may call writes nothing; the document says so.
            if (role != "viewer")
            {
                (await CallAsync(reader, method, path)).ShouldBeOneOf(403, 404);
            }
        }
    }

    private static List<(HttpMethod Method, string Path, string Role)> Operations(JsonNode document) =>
        [.. from path in document["paths"]!.AsObject()
            where path.Key.StartsWith("/api/v1/", StringComparison.Ordinal)
            from operation in path.Value!.AsObject()
            where operation.Key is "get" or "put" or "post" or "patch" or "delete"
            select (HttpMethod.Parse(operation.Key), Filled(path.Key["/api/v1".Length..]), (string?)operation.Value!["x-role"] ?? "")];

    private static string Filled(string path) =>
        System.Text.RegularExpressions.Regex.Replace(path.Replace("{cluster}", "mail", StringComparison.Ordinal), @"\{[^}]+\}", "x");

    // Callers without a valid token have a small budget of requests; the answer says when to come again.
    private static async Task<int> CallAsync(RestApi rest, HttpMethod method, string path)
    {
        while (true)
        {
            var body = method == HttpMethod.Get || method == HttpMethod.Delete
                ? null
                : new StringContent("{}", null, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
            var answer = await rest.SendAsync(method, path, body);
            if (answer.Status != 429) return answer.Status;
            await Task.Delay(TimeSpan.FromSeconds(int.Parse(answer.Headers["Retry-After"])));
        }
    }
}
