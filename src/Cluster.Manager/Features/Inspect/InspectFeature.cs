namespace Cluster.Manager.Features.Inspect;

/// <summary>Looking into files.</summary>
internal static class InspectFeature
{
    /// <summary>Maps the operation.</summary>
    public static void MapInspect(this IEndpointRouteBuilder api) => InspectUpload.Map(api);
}
