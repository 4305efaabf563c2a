using Cluster.Contracts.Settings;

namespace Cluster.Manager.Features.Trust;

/// <summary>Trusted authorities as files: taken in, looked at, given out. Their documents are settings like any other.</summary>
internal static class TrustFeature
{
    public static IServiceCollection AddTrust(this IServiceCollection services) =>
        services.AddSingleton<ImportAuthority>().AddSingleton<GetAuthorityCertificates>();

    public static void MapTrust(this IEndpointRouteBuilder api)
    {
        var authority = api.MapGroup($"/clusters/{{c}}/{TrustedAuthority.Kind}/{{name}}").WithTags(TrustedAuthority.Kind);
        ImportAuthority.Map(authority);
        GetAuthorityCertificates.Map(authority);
    }
}
