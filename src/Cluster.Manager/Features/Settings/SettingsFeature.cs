using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Settings;

/// <summary>Settings at levels: every kind in the same way.</summary>
internal static class SettingsFeature
{
    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.ConfigureSwaggerGen(o => o.SchemaFilter<IdentityMembers>());
        return services.AddSingleton<ItemHooks>().AddSingleton<SettingWrite>();
    }

    /// <summary>Maps the operations under <c>/clusters/{c}</c>.</summary>
    public static void MapSettings(this IEndpointRouteBuilder api)
    {
        foreach (var kind in SettingsKinds.Plain)
        {
            var settings = api.MapGroup("/clusters/{c}")
                .Tagged(kind.Kind, $"The {kind.Words} at each level: cluster, group or machine. The nearest level wins.");
            if (kind.BodyMebibytes is { } limit) settings.BodyLimit(limit);
            if (!kind.IsSingleton) ListItems.Map(settings, kind);
            GetItem.Map(settings, kind);
            PutItem.Map(settings, kind);
            PatchItem.Map(settings, kind);
            DeleteItem.Map(settings, kind);
            RelocateItem.Map(settings, kind);
        }

        var certificates = api.MapGroup("/clusters/{c}").WithTags(SettingsKinds.Certificates.Kind);
        DeleteItem.Map(certificates, SettingsKinds.Certificates);
    }
}
