using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Features.Settings;

/// <summary>
/// Adds to the schemas of named objects what identifies them: shown in answers, allowed in writes when it says the same as path
/// and level.
/// </summary>
internal sealed class IdentityMembers : ISchemaFilter
{
    /// <inheritdoc/>
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        var kind = SettingsKinds.Plain.FirstOrDefault(k => !k.IsSingleton && k.Document == context.Type);
        if (kind is null || schema is not OpenApiSchema { Properties: { } properties }) return;
        properties.TryAdd(kind.NameMember, Text("Name; the same as in the path."));
        properties.TryAdd("level", Text("Level that defines it; the same as in the query."));
        properties.TryAdd(
            "hidden",
            new OpenApiSchema
            {
                Type = JsonSchemaType.Boolean,
                Description = "true = hidden at this group or machine level; then no other member is given."
            });
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
