namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>Keeps the endpoints apart by the connection's own port, never by a header that the caller writes.</summary>
internal static class EndpointSeparation
{
    /// <summary>Marks endpoints that only agents reach, on the agents' port.</summary>
    public static TBuilder OnAgentsPort<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(e => e.Metadata.Add(new ServedOn(EndpointKind.Agents)));
        return endpoints;
    }

    /// <summary>Hides what belongs to another port; must stand right after routing.</summary>
    public static IApplicationBuilder UseEndpointSeparation(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var port = context.Features.Get<EndpointOfConnection>()?.Kind ?? EndpointKind.Rest;
        var served = context.GetEndpoint()?.Metadata.GetMetadata<ServedOn>()?.Kind ?? EndpointKind.Rest;
        if (port == served) return next(context);
        context.SetEndpoint(null);
        if (port == EndpointKind.Rest) return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    private sealed record ServedOn(EndpointKind Kind);
}
