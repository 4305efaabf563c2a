using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Paging;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Findings;

/// <summary>Findings: what an administrator should know about the running configuration.</summary>
internal static class FindingsFeature
{
    /// <summary>Adds what the operation needs, and the watch over MX records.</summary>
    public static IServiceCollection AddFindings(this IServiceCollection services) => services
        .AddSingleton<RunningFindings>()
        .AddSingleton<FindingInputs>()
        .AddSingleton<MxRecordMemory>()
        .AddSingleton<IMxRecordSource>(services => services.GetRequiredService<MxRecordMemory>())
        .AddSingleton<MxSchedule>()
        .AddSingleton<MxDomains>()
        .AddSingleton<MxResolver>()
        .AddSingleton<MxLookups>()
        .AddHostedService<MxWatch>();

    /// <summary>Maps the operation under <c>/clusters/{c}</c>.</summary>
    public static void MapFindings(this IEndpointRouteBuilder api) => ListFindings.Map(api.MapGroup("/clusters/{c}/findings")
        .Tagged("findings", "Everything that was found wrong or worth knowing in the running configuration."));
}
