using Cluster.Manager.Hosting.Problems;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>
/// The answers that are problem documents: one component for each type, and one for what the server answers before it knows the
/// operation.
/// </summary>
internal sealed class ProblemComponents : IDocumentFilter
{
    /// <summary>Component of every status that the operation does not list.</summary>
    public const string Otherwise = "ServerRefusal";

    private const string OtherwiseDescription = """
        Answers of the server that any request can get, whatever the operation: 400 not valid HTTP, 405 method not allowed, 408 the request arrives
        too slowly, 411 the length of the body is unknown, 414 the path with its query is longer than 8 KiB, 431 more than 64 header fields or more
        than 32 KiB of them, 505 neither HTTP/1.1 nor HTTP/2.
        """;

    private static readonly Dictionary<int, (string Name, string Description)[]> Headers = new()
    {
        [401] = [("WWW-Authenticate", "The scheme to authenticate with (RFC 6750).")],
        [415] = [("Accept", "The media types that the operation reads."), ("Accept-Patch", "The same, for PATCH (RFC 5789).")],
        [429] = [("Retry-After", "Seconds to wait.")],
        [503] = [("Retry-After", "Seconds to wait.")],
    };

    /// <summary>Name of the component of a type, for example <c>NotFound</c>.</summary>
    public static string NameOf(ProblemTypes.ProblemType type) =>
        string.Concat(type.Name.Split('-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var used = swaggerDoc.Paths.Values.SelectMany(p => p.Operations ?? []).SelectMany(o => o.Value.Responses ?? [])
            .Select(r => (r.Value as OpenApiResponseReference)?.Reference.Id).ToHashSet();
        var responses = new SortedDictionary<string, IOpenApiResponse>(StringComparer.Ordinal);
        foreach (var type in ProblemTypes.All.Where(t => used.Contains(NameOf(t))))
        {
            responses[NameOf(type)] = Response(swaggerDoc, $"{type.Title}.", Headers.GetValueOrDefault(type.Status, []));
        }

        responses[Otherwise] = Response(
            swaggerDoc, OtherwiseDescription.ReplaceLineEndings(" "), [("Allow", "With 405: the methods of the path.")]);
        swaggerDoc.Components!.Responses = new Dictionary<string, IOpenApiResponse>(responses);
    }

    private static OpenApiResponse Response(OpenApiDocument document, string description, (string Name, string Description)[] headers) =>
        new()
        {
            Description = description,
            Headers = headers.Length == 0 ? null : headers.ToDictionary(h => h.Name, h => (IOpenApiHeader)Header(h.Description)),
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [Problem.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema.Name, document) },
            },
        };

    private static OpenApiHeader Header(string description) => new()
    {
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
