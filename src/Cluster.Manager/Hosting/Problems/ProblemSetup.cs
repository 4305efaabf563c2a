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
        if (status == StatusCodes.Status405MethodNotAllowed) AllowHead(context.Response);
        var detail = status switch
        {
            404 => "There is nothing at this path. The OpenAPI document at /openapi/v1.json lists all paths.",
            405 => $"This path supports only {context.Response.Headers.Allow}.",
            _ => "The request cannot be served. See the OpenAPI document at /openapi/v1.json.",
        };
        return Problem.WriteAsync(context, type, type.Name, detail);
    }

    // Routing knows only what is mapped; HEAD is served wherever GET is.
    private static void AllowHead(HttpResponse response)
    {
        var methods = response.Headers.Allow.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)).Where(m => m.Length > 0);
        var all = methods.ToHashSet(StringComparer.Ordinal);
        if (all.Contains(HttpMethods.Get)) all.Add(HttpMethods.Head);
        response.Headers.Allow = string.Join(", ", all.Order(StringComparer.Ordinal));
    }
}
