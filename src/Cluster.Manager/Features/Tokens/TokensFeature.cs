using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Startup;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Bearer tokens of the REST API.</summary>
internal static class TokensFeature
{
    /// <summary>Adds the operations, and the owner's token of a new installation.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services) => services
        .AddSingleton<TokenMaking>()
        .AddSingleton<FirstOwner>()
        .AddSingleton<IInstallationPart>(s => s.GetRequiredService<FirstOwner>())
        .AddSingleton<IStartupNote>(s => s.GetRequiredService<FirstOwner>());

    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens")
            .Tagged("tokens", "Tokens of this API. Each has grants: a role in one cluster, or in all.");
        ListTokens.Map(tokens);
        CreateToken.Map(tokens);
        GetToken.Map(tokens);
        DeleteToken.Map(tokens);
    }
}
