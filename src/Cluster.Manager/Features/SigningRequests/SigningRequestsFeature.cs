namespace Cluster.Manager.Features.SigningRequests;

/// <summary>Signing requests: durable objects outside change sets.</summary>
internal static class SigningRequestsFeature
{
    /// <summary>Adds what the operations need.</summary>
    public static IServiceCollection AddSigningRequests(this IServiceCollection services) => services.AddSingleton<RequestRows>().AddSingleton<OpenSigningRequest>();

    /// <summary>Maps the operations.</summary>
    public static void MapSigningRequests(this IEndpointRouteBuilder api)
    {
        var requests = api.MapGroup("/clusters/{c}/signing-requests").WithTags("signing-requests");
        ListSigningRequests.Map(requests);
        GetSigningRequest.Map(requests);
        CancelSigningRequest.Map(requests);
        var certificates = api.MapGroup("/clusters/{c}/certificates").WithTags("signing-requests");
        GetNewestSigningRequest.Map(certificates);
        OpenSigningRequest.Map(certificates);
    }
}
