using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;

namespace Cluster.Manager.Tests.OpenApi;

/// <summary>An operation of the served OpenAPI document.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path with parameters in braces.</param>
/// <param name="Json">What the document says of it.</param>
public sealed record ApiOperation(string Id, HttpMethod Method, string Path, JsonObject Json)
{
    /// <summary>Policy that it asks for.</summary>
    public string Role => (string)Json["x-role"]!;

    /// <summary>Whether it works on one cluster.</summary>
    public bool InCluster => Path.Contains("{c}", StringComparison.Ordinal);

    /// <summary>Media types of its body; empty = it has none.</summary>
    public IReadOnlyList<string> MediaTypes => [.. (Json["requestBody"]?["content"]?.AsObject() ?? []).Select(c => c.Key)];

    /// <summary>Example of its body, or an empty object.</summary>
    public JsonNode Example => (Json["requestBody"]?["content"]?.AsObject() ?? []).Select(c => c.Value!["examples"]?["example"]?["value"])
        .FirstOrDefault(e => e is not null)?.DeepClone() ?? new JsonObject();

    /// <summary>Names of its query parameters.</summary>
    public IReadOnlyList<string> Query => [.. Parameters("query")];

    /// <summary>Names of its route parameters.</summary>
    public IReadOnlyList<string> Route => [.. Parameters("path")];

    /// <summary>Its path below /api/v1 with values for parameters.</summary>
    public string At(Func<string, string> valueOf) =>
        Route.Aggregate(
            Path["/api/v1".Length..],
            (path, name) => path.Replace($"{{{name}}}", Uri.EscapeDataString(valueOf(name)), StringComparison.Ordinal));

    /// <summary>All operations that the manager serves.</summary>
    public static async Task<IReadOnlyList<ApiOperation>> AllAsync(TestManager manager)
    {
        var document = (await manager.RestWith(null).GetAsync("/openapi/v1.json")).Expect(200).Json;
        return [.. from path in document["paths"]!.AsObject()
                   from operation in path.Value!.AsObject()
                   let resolved = Resolve(operation.Value!, document["components"]!).AsObject()
                   select new ApiOperation((string)resolved["operationId"]!, HttpMethod.Parse(operation.Key), path.Key, resolved)];
    }

    // Puts parameters, responses and examples in the place of references to them; schemas stay references.
    private static JsonNode Resolve(JsonNode node, JsonNode components)
    {
        if (node is JsonArray array) return new JsonArray([.. array.Select(i => i is null ? null : Resolve(i, components))]);
        if (node is not JsonObject members) return node.DeepClone();
        if ((string?)members["$ref"] is { } reference && !reference.Contains("/schemas/", StringComparison.Ordinal))
        {
            var parts = reference.Split('/');
            return Resolve(components[parts[^2]]![parts[^1]]!, components);
        }

        return new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : Resolve(m.Value, components))));
    }

    private IEnumerable<string> Parameters(string place) =>
        (Json["parameters"]?.AsArray() ?? []).Where(p => (string)p!["in"]! == place).Select(p => (string)p!["name"]!);
}
