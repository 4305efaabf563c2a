using Microsoft.AspNetCore.Http.Metadata;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>Limits of bodies that are larger than the default of 1 MiB.</summary>
internal static class BodyLimits
{
    /// <summary>Lets an operation read a body of up to a number of MiB.</summary>
    public static TBuilder BodyLimit<TBuilder>(this TBuilder endpoints, int mebibytes)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(e => e.Metadata.Add(new Limit(mebibytes * 1024L * 1024L)));
        return endpoints;
    }

    private sealed record Limit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
