using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>Writes paths as clients call them, without a slash at the end, in a stable order.</summary>
internal sealed class PathForm : IDocumentFilter
{
    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var paths = new OpenApiPaths();
        foreach (var (path, item) in swaggerDoc.Paths.OrderBy(
            p => p.Key, StringComparer.Ordinal)) paths[path.Length > 1 ? path.TrimEnd('/') : path] = item;
        swaggerDoc.Paths = paths;
    }
}
