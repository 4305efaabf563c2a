using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Cluster.Contracts.Json;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>Lists the members that must be there, and says that no others are read: the same that the strict reader holds.</summary>
internal sealed class RequiredMembers : ISchemaFilter
{
    /// <inheritdoc/>
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties.Count: > 0 } known
            || context.Type.Namespace?.StartsWith("Cluster.", StringComparison.Ordinal) != true)
            return;
        known.Required = context.Type.GetProperties()
            .Where(p => p.GetCustomAttribute<RequiredMemberAttribute>() is not null)
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))
            .Where(known.Properties.ContainsKey)
            .ToHashSet(StringComparer.Ordinal);
        known.AdditionalPropertiesAllowed = false;
        foreach (var property in context.Type.GetProperties().Where(p => p.GetCustomAttribute<NullRemovesAttribute>() is null))
        {
            // An optional member is left out, never null: the reader refuses null.
            if (known.Properties.TryGetValue(JsonNamingPolicy.CamelCase.ConvertName(property.Name), out var member)
                && member is OpenApiSchema { Type: { } type } value)
                value.Type = type & ~JsonSchemaType.Null;
        }
    }
}
