using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>Lists the tags with what their features say of them.</summary>
internal sealed class TagDescriptions : IDocumentFilter
{
    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var tags = context.ApiDescriptions.SelectMany(a => a.ActionDescriptor.EndpointMetadata.OfType<OperationTag>())
            .DistinctBy(t => t.Name).OrderBy(t => t.Name, StringComparer.Ordinal);
        swaggerDoc.Tags = tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Description }).ToHashSet();
    }
}
