using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Effective;

namespace Cluster.Manager.Features.Effective;

/// <summary>Effective configurations: what holds for a machine, and why.</summary>
internal static class EffectiveFeature
{
    /// <summary>Adds what the operation needs.</summary>
    public static IServiceCollection AddEffective(this IServiceCollection services) => services.AddSingleton<GetEffective>();

    /// <summary>Maps the operation under <c>/clusters/{c}</c>.</summary>
    public static void MapEffective(this IEndpointRouteBuilder api) =>
        GetEffective.Map(api.MapGroup("/clusters/{c}/machines/{m}").WithTags("machines"));
}
