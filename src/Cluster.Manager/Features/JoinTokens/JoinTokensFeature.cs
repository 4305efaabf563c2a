using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>One-time tokens with which machines join.</summary>
internal static class JoinTokensFeature
{
    public static IServiceCollection AddJoinTokens(this IServiceCollection services) => services.AddSingleton<CreateJoinToken>();

    public static void MapJoinTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/clusters/{c}/join-tokens")
            .Tagged("join-tokens", "Tokens with which hosts join a cluster. They are shown once.");
        ListJoinTokens.Map(tokens);
        CreateJoinToken.Map(tokens);
        GetJoinToken.Map(tokens);
        DeleteJoinToken.Map(tokens);
    }
}
