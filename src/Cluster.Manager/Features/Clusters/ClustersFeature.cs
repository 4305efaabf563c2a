using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Clusters: named fleets with one configuration each.</summary>
internal static class ClustersFeature
{
    public static IServiceCollection AddClusters(this IServiceCollection services) =>
        services.AddSingleton<ClusterMaking>().AddSingleton<RenameCluster>();

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
