namespace Cluster.Manager.Hosting.Problems;

/// <summary>Every 4xx and 5xx is a problem document, also those that no handler wrote.</summary>
internal static class ProblemSetup
{
    /// <summary>Adds the handler of exceptions.</summary>
    public static IServiceCollection AddProblems(this IServiceCollection services) => services
        .AddExceptionHandler<UnexpectedFailures>()
        .AddProblemDetails()
        .Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);

    /// <summary>Turns exceptions and bare statuses into problem documents.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true });
        return app.UseStatusCodePages(c => WriteBareAsync(c.HttpContext));
    }

    private static Task WriteBareAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var type = ProblemTypes.OfStatus(status);
        var detail = status switch
        {
            404 => "There is nothing at this path; the OpenAPI document at /openapi/v1.json lists all paths.",
            405 => $"The path has only: {context.Response.Headers.Allow}.",
            415 => "Send a media type that the OpenAPI document names for this operation.",
            _ => "The request cannot be served as it is; see the OpenAPI document at /openapi/v1.json.",
        };
        return Problem.WriteAsync(context, type, type.Name, detail);
    }
}
