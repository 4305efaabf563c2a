using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Clusters: named fleets with one configuration each.</summary>
internal static class ClustersFeature
{
    /// <summary>Adds what the operations need.</summary>
    public static IServiceCollection AddClusters(this IServiceCollection services) =>
        services.AddSingleton<ClusterMaking>().AddSingleton<RenameCluster>();

    /// <summary>Maps the operations.</summary>
    public static void MapClusters(this IEndpointRouteBuilder api)
    {
        var clusters = api.MapGroup("/clusters")
            .Tagged("clusters", "Clusters: fleets that share nothing, each with its own settings, machines and history.");
        ListClusters.Map(clusters);
        CreateCluster.Map(clusters);
        GetCluster.Map(clusters);
        PutCluster.Map(clusters);
        PatchCluster.Map(clusters);
        DeleteCluster.Map(clusters);
    }
}
