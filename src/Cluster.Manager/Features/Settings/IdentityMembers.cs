using Cluster.Contracts.Settings;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Features.Settings;

/// <summary>Adds to the schemas of named objects what identifies them: shown in answers, allowed in writes when it says the same as path and level.</summary>
internal sealed class IdentityMembers : ISchemaFilter
{
    private static readonly Type[] Named = [typeof(Listener), typeof(MailFlowPolicy), typeof(DestinationControl), typeof(TrustedAuthority), typeof(ManagementInterface)];

    /// <inheritdoc />
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } properties } || !Named.Contains(context.Type)) return;
        properties.TryAdd(context.Type == typeof(DestinationControl) ? "domain" : "name", Text("Name; the same as in the path."));
        properties.TryAdd("level", Text("Level that defines it; the same as in the query."));
        properties.TryAdd("hidden", new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "true = hidden at this group or machine level; then no other member is given." });
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
