using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>One-time tokens with which machines join.</summary>
internal static class JoinTokensFeature
{
    /// <summary>Adds what the operations need.</summary>
    public static IServiceCollection AddJoinTokens(this IServiceCollection services) => services.AddSingleton<CreateJoinToken>();

    /// <summary>Maps the operations.</summary>
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
