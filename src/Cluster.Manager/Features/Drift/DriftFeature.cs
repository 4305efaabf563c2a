using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Drift;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Drift;

/// <summary>Drift: differences on hosts that no agent made.</summary>
internal static class DriftFeature
{
    /// <summary>Maps the operation under <c>/clusters/{c}</c>.</summary>
    public static void MapDrift(this IEndpointRouteBuilder api) => ListDrift.Map(api.MapGroup("/clusters/{c}/drift")
        .Tagged("drift", "Differences on hosts that no agent made."));
}
