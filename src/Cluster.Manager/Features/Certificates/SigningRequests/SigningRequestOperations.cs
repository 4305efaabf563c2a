using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>Signing requests: durable objects outside change sets.</summary>
internal static class SigningRequestOperations
{
    public static void Add(IServiceCollection services) => services.AddSingleton<RequestRows>().AddSingleton<OpenSigningRequest>();

    public static void Map(IEndpointRouteBuilder api)
    {
        var requests = api.MapGroup("/clusters/{c}/signing-requests")
            .Tagged("signing-requests", "Signing requests (PKCS#10) for a certification authority.");
        ListSigningRequests.Map(requests);
        GetSigningRequest.Map(requests);
        CancelSigningRequest.Map(requests);
        var certificates = api.MapGroup("/clusters/{c}/certificates").WithTags("signing-requests");
        GetNewestSigningRequest.Map(certificates);
        OpenSigningRequest.Map(certificates);
    }
}
