using System.Globalization;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;
using Microsoft.AspNetCore.Diagnostics;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>
/// Turns exceptions into problem documents: those of the server about a request keep their status, all others are opaque.
/// </summary>
internal sealed partial class UnexpectedFailures(ILogger<UnexpectedFailures> log) : IExceptionHandler
{
    /// <inheritdoc/>
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
            var failure = new Failure(FailureCategory.Invalid, ProblemCodes.ForbiddenCharacter, "Text must not contain U+0000. Remove it.");
            await Problem.WriteAsync(httpContext, failure);
            return true;
        }

        LogBug(log, exception, Problem.TraceIdOf(httpContext));
        await Problem.WriteAsync(
            httpContext, ProblemTypes.Internal, "internal", "An unexpected failure was logged under the trace id. Report it with that id.");
        return true;
    }

    private static Failure OfRequest(BadHttpRequestException bad, HttpContext context) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge =>
            new(FailureCategory.TooLarge, ProblemCodes.BodyTooLarge, $"The body is larger than {LimitOf(context)}."),
        StatusCodes.Status415UnsupportedMediaType => ReadableMediaTypes.Refuse(context),
        _ when ParameterOf(bad.Message) is { } name => new(
            FailureCategory.Malformed, ProblemCodes.InvalidParameter, $"The parameter '{name}' is not valid. See the OpenAPI document at "
                + "/openapi/v1.json."),
        _ => new(FailureCategory.Malformed, ProblemCodes.MalformedRequest, "The request is not well formed."),
    };

    private static string LimitOf(HttpContext context) => BodyLimit.Of(context) is { } bytes
        ? string.Create(CultureInfo.InvariantCulture, $"the {bytes >> 20} MiB that this operation reads")
        : "this operation reads";

    // The framework writes: Failed to bind parameter "Nullable<int> pageSize" from "abc".
    private static string? ParameterOf(string message)
    {
        var parts = message.Split('"');
        return parts.Length > 2 && message.Contains("parameter", StringComparison.Ordinal) ? parts[1].Split(' ')[^1] : null;
    }

    private static string OfDatabase(DatabaseUnavailableException away) => away switch
    {
        { Code: not "database-unavailable" } => away.Message,
        { OutcomeUnknown: true } =>
            "The connection to the database was lost during the write. Read the resource again to see whether the write took effect.",
        _ => "The database does not respond. Try again later.",
    };

    [LoggerMessage(1001, LogLevel.Error, "Unexpected failure, trace id {TraceId}.", EventName = "UnexpectedFailure")]
    private static partial void LogBug(ILogger log, Exception exception, string traceId);

    [LoggerMessage(1002, LogLevel.Warning, "The database does not respond, trace id {TraceId}.", EventName = "DatabaseNotResponding")]
    private static partial void LogDatabase(ILogger log, Exception exception, string traceId);
}
