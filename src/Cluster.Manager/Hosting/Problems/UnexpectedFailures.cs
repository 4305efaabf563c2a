using System.Data.Common;
using Cluster.Domain.Failures;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;

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
            await Problem.WriteAsync(httpContext, OfRequest(bad));
            return true;
        }

        if (IsDatabaseAway(exception))
        {
            LogDatabase(log, exception, Problem.TraceIdOf(httpContext));
            await Problem.WriteAsync(httpContext, new Failure(FailureCategory.Unavailable, "database-unavailable", "The database does not answer now; try again."));
            return true;
        }

        LogBug(log, exception, Problem.TraceIdOf(httpContext));
        await Problem.WriteAsync(httpContext, ProblemTypes.Internal, "internal", "An unexpected failure was logged under the trace id; report it with that id.");
        return true;
    }

    private static Failure OfRequest(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(FailureCategory.TooLarge, "body-too-large", "The body is larger than this operation allows."),
        StatusCodes.Status415UnsupportedMediaType => new(FailureCategory.UnsupportedMediaType, "unsupported-media-type", "Send a media type that the OpenAPI document names for this operation."),
        _ when ParameterOf(bad.Message) is { } name => new(FailureCategory.Malformed, "invalid-parameter", $"The parameter '{name}' does not have the form that the OpenAPI document describes."),
        _ => new(FailureCategory.Malformed, "malformed-request", "The request is not well formed."),
    };

    // The framework writes: Failed to bind parameter "Nullable<int> pageSize" from "abc".
    private static string? ParameterOf(string message)
    {
        var parts = message.Split('"');
        return parts.Length > 2 && message.Contains("parameter", StringComparison.Ordinal) ? parts[1].Split(' ')[^1] : null;
    }

    private static bool IsDatabaseAway(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is DbException { IsTransient: true } || (e is DbUpdateException { InnerException: TimeoutException })) return true;
            if (e is DbException && e.InnerException is System.Net.Sockets.SocketException or EndOfStreamException) return true;
        }

        return false;
    }

    [LoggerMessage(1001, LogLevel.Error, "Unexpected failure, trace id {TraceId}.")]
    private static partial void LogBug(ILogger log, Exception exception, string traceId);

    [LoggerMessage(1002, LogLevel.Warning, "The database does not answer, trace id {TraceId}.")]
    private static partial void LogDatabase(ILogger log, Exception exception, string traceId);
}
