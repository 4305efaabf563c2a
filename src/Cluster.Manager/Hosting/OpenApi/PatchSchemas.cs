using Cluster.Manager.Hosting.Requests;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>
/// Gives bodies that change some members (RFC 7396) schemas of their own: nothing must be there, and null removes what may be
/// absent.
/// </summary>
internal sealed class PatchSchemas : IDocumentFilter
{
    private const string Suffix = "Patch";

    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var bodies = swaggerDoc.Paths.Values.SelectMany(p => p.Operations ?? [])
            .Select(o => o.Value.RequestBody?.Content)
            .OfType<IDictionary<string, IOpenApiMediaType>>();
        foreach (var body in bodies.Where(c => c.ContainsKey(MergePatch.MediaType)).SelectMany(c => c.Values).OfType<OpenApiMediaType>())
        {
            if (body.Schema is OpenApiSchemaReference { Reference.Id: { } whole } && !whole.EndsWith(Suffix, StringComparison.Ordinal))
                body.Schema = PatchOf(swaggerDoc, whole);
        }
    }

    private static OpenApiSchemaReference PatchOf(OpenApiDocument document, string whole)
    {
        var name = whole + Suffix;
        var schemas = document.Components!.Schemas!;
        if (!schemas.ContainsKey(name))
        {
            var patch = (OpenApiSchema)schemas[whole].CreateShallowCopy();
            schemas[name] = patch;
            patch.Properties = schemas[whole].Properties?.ToDictionary(
                p => p.Key,
                p => MemberOf(document, p.Value, mayBeAbsent: schemas[whole].Required?.Contains(p.Key) != true),
                StringComparer.Ordinal);
            patch.Required = new HashSet<string>(StringComparer.Ordinal);
        }

        return new OpenApiSchemaReference(name, document);
    }

    private static IOpenApiSchema MemberOf(OpenApiDocument document, IOpenApiSchema member, bool mayBeAbsent)
    {
        // An object within is changed member by member too; an array is replaced whole.
        var patched =
            member is OpenApiSchemaReference { Reference.Id: { } id } && document.Components!.Schemas![id].Properties is { Count: > 0 }
                ? PatchOf(document, id)
                : member;
        if (!mayBeAbsent) return patched;
        if (patched is OpenApiSchema { Type: { } type, Enum: null or { Count: 0 } } simple)
        {
            var copy = (OpenApiSchema)simple.CreateShallowCopy();
            copy.Type = type | JsonSchemaType.Null;
            return copy;
        }

        return new OpenApiSchema { Description = member.Description, OneOf = [patched, new OpenApiSchema { Type = JsonSchemaType.Null }] };
    }
}
