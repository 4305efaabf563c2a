namespace Cluster.Manager.Features.Tokens;

/// <summary>Bearer tokens of the REST API.</summary>
internal static class TokensFeature
{
    /// <summary>Adds what the operations need.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services) => services.AddSingleton<TokenMaking>();

    /// <summary>Maps the operations.</summary>
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("tokens");
        ListTokens.Map(tokens);
        CreateToken.Map(tokens);
        GetToken.Map(tokens);
        DeleteToken.Map(tokens);
    }
}
