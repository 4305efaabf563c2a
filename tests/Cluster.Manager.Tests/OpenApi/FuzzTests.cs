using System.Text;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.OpenApi;

/// <summary>Sends every operation what nobody should send: never a server error, always a problem document.</summary>
public sealed class FuzzTests(TestManager manager) : IClassFixture<TestManager>
{
    private static readonly string[] Nasty =
    [
        "nothing",
        "-",
        ".",
        "%",
        "a/b",
        "..",
        "x'--",
        "{m}",
        "\u0001",
        "ä",
        "00000000-0000-0000-0000-000000000000",
        "-1",
        "0",
        "9223372036854775808",
        "group:", "machine:x", "*", "default", ".example.com", new string('a', 300), "true", "\u202e", "😀", "a b", "$(id)", "\"", "\\",
    ];

    private static readonly string[] Bodies =
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        "\"x\"",
        "{}",
        "{\"x\":1}",
        "{\"name\":null}",
        "{\"name\":1,\"name\":2}",
        "{\"name\":\"\\u0000\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"\":{}}", "\u0000", "{\"a\":1e400}", "{\"version\":99999999999999999999}", new string('[', 40)
            + new string(']', 40), "{\"name\":\"" + new string('x', 20000) + "\"}",
    ];

    // The whole list with CLUSTER_TEST_FULL=1, else a sample that is the same in every run.
    private static readonly bool Full = Environment.GetEnvironmentVariable("CLUSTER_TEST_FULL") == "1";

    [Fact]
    public async Task No_operation_answers_with_a_server_error_or_without_a_problem_document()
    {
        await manager.AddMachineAsync("mx1.example");
        var random = new Random(20261124);
        foreach (var operation in await ApiOperation.AllAsync(manager))
        {
            foreach (var (path, body) in Requests(operation, random)) await SendAsync(operation, path, body);
        }

        manager.Log.Errors.ShouldBeEmpty();
    }

    private async Task SendAsync(ApiOperation operation, string path, string? body)
    {
        var mediaType = operation.MediaTypes.Count > 0 ? operation.MediaTypes[0] : "application/json";
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8);
        if (content is not null)
            content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(
                mediaType.Contains('/', StringComparison.Ordinal) ? mediaType : "application/json");
        // The cluster itself must outlive the test.
        (string, string)[] headers = operation.Path == "/api/v1/clusters/{c}" ? [("If-Match", "\"nothing\"")] : [];
        var answer = await manager.Rest.SendAsync(operation.Method, path, content, headers);

        answer.Status.ShouldBeLessThan(500, $"{operation.Id} {path} {body} {answer}");
        if (answer.Status >= 400)
        {
            answer.MediaType.ShouldBe("application/problem+json", $"{operation.Id} {path} {answer}");
            answer.Code.ShouldNotBeEmpty();
        }
    }

    private static IEnumerable<(string Path, string? Body)> Requests(ApiOperation operation, Random random)
    {
        foreach (var nasty in Sample(Nasty, 5, random))
            yield return (operation.At(p => p == "c" && random.Next(4) > 0 ? "mail" : nasty), operation.Example.ToJsonString());
        foreach (var query in operation.Query)
        {
            foreach (var nasty in Sample(Nasty, 1, random))
                yield return ($"{operation.At(Known)}?{query}={Uri.EscapeDataString(nasty)}", operation.Example.ToJsonString());
        }

        if (operation.MediaTypes.Count == 0) yield break;
        foreach (var body in Sample(Bodies, 5, random)) yield return (operation.At(Known), body);
        foreach (var mutant in Sample([.. Mutants(operation.Example)], 6, random)) yield return (operation.At(Known), mutant);
    }

    private static string[] Sample(string[] all, int count, Random random) => Full || all.Length == 0 ? all : random.GetItems(all, count);

    private static string Known(string parameter) => parameter switch
    {
        "c" => "mail",
        "g" => "main",
        "m" => "mx1.example",
        "n" => "1",
        "kind" => "listeners",
        "domain" => "example.com",
        "id" => "00000000-0000-0000-0000-000000000001",
        _ => "in",
    };

    // Each member of the example once as every other type.
    private static IEnumerable<string> Mutants(JsonNode example)
    {
        if (example is not JsonObject members) yield break;
        foreach (var name in members.Select(m => m.Key).ToList())
        {
            JsonNode?[] values = [
                null,
                1,
                -1.5,
                true,
                "x",
                new string('y', 5000),
                new JsonArray(),
                new JsonArray(1, null, "z"),
                new JsonObject(),
                new JsonObject { ["x"] = new JsonArray(new JsonObject()) }
            ];
            foreach (var value in values)
            {
                var mutant = members.DeepClone().AsObject();
                mutant[name] = value?.DeepClone();
                yield return mutant.ToJsonString();
            }
        }
    }
}
