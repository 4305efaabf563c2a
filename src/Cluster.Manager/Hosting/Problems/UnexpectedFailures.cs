using System.Globalization;
using Cluster.Domain.Failures;
using Cluster.Storage.Units;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>Turns exceptions into problem documents: those of the server about a request keep their status, all others are opaque.</summary>
internal sealed partial class UnexpectedFailures(ILogger<UnexpectedFailures> log) : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested) return true;
        if (exception is BadHttpRequestException bad)
        {
            await Problem.WriteAsync(httpContext, OfRequest(bad, httpContext));
            return true;
        }

        if (exception is DatabaseUnavailableException away)
        {
            LogDatabase(log, exception, Problem.TraceIdOf(httpContext));
            await Problem.WriteAsync(httpContext, new Failure(FailureCategory.Unavailable, away.Code, OfDatabase(away)));
            return true;
        }

        if (exception is ForbiddenCharacterException)
        {
            await Problem.WriteAsync(httpContext, new Failure(FailureCategory.Invalid, "forbidden-character", "U+0000 is not allowed in any text; leave it out."));
            return true;
        }

        LogBug(log, exception, Problem.TraceIdOf(httpContext));
        await Problem.WriteAsync(httpContext, ProblemTypes.Internal, "internal", "An unexpected failure was logged under the trace id; report it with that id.");
        return true;
    }

    private static Failure OfRequest(BadHttpRequestException bad, HttpContext context) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(FailureCategory.TooLarge, "body-too-large", $"The body is larger than the {LimitOf(context)} that this operation reads."),
        StatusCodes.Status415UnsupportedMediaType => new(FailureCategory.UnsupportedMediaType, "unsupported-media-type", "Send a media type that the OpenAPI document names for this operation."),
        _ when ParameterOf(bad.Message) is { } name => new(FailureCategory.Malformed, "invalid-parameter", $"The parameter '{name}' does not have the form that the OpenAPI document describes."),
        _ => new(FailureCategory.Malformed, "malformed-request", "The request is not well formed."),
    };

    private static string LimitOf(HttpContext context) =>
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB") : "size";

    // The framework writes: Failed to bind parameter "Nullable<int> pageSize" from "abc".
    private static string? ParameterOf(string message)
    {
        var parts = message.Split('"');
        return parts.Length > 2 && message.Contains("parameter", StringComparison.Ordinal) ? parts[1].Split(' ')[^1] : null;
    }

    private static string OfDatabase(DatabaseUnavailableException away) => away switch
    {
        { Code: not "database-unavailable" } => away.Message,
        { OutcomeUnknown: true } => "The database was lost while it stored this; read the thing again to see whether it took effect.",
        _ => "The database does not answer now; try again.",
    };

    [LoggerMessage(1001, LogLevel.Error, "Unexpected failure, trace id {TraceId}.")]
    private static partial void LogBug(ILogger log, Exception exception, string traceId);

    [LoggerMessage(1002, LogLevel.Warning, "The database does not answer, trace id {TraceId}.")]
    private static partial void LogDatabase(ILogger log, Exception exception, string traceId);
}
