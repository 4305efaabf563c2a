using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Installation;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Idempotency;

/// <summary>
/// POST with <c>Idempotency-Key</c>: the key is recorded in the transaction of the effect, the answer is kept for 24 h, a
/// repeat gets it again. A request that stored nothing records nothing and may be repeated with another body. Not where keys
/// are released, which has no dry run either.
/// </summary>
internal sealed partial class IdempotencyMiddleware(
    RequestDelegate next,
    StoredReplies answers,
    RunningKeys running,
    InstallationKeys keys,
    TimeProvider clock,
    ILogger<IdempotencyMiddleware> log)
{
    private const string Header = "Idempotency-Key";
    private static readonly TimeSpan PatienceWithOthers = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly string[] KeptHeaders = [
        "Content-Type", "Location", "ETag", "Cache-Control", "Cluster-Revision", "Cluster-Rollout", "Change-Set"
    ];

    /// <summary>Serves a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!Applies(context))
        {
            await next(context);
            return;
        }

        var key = context.Request.Headers[Header].ToString();
        if (!IdempotentRequest.IsKey(key))
        {
            await Problem.WriteAsync(context, new Failure(
                FailureCategory.Invalid,
                ProblemCodes.InvalidIdempotencyKey,
                "An idempotency key must have 1 to 255 visible ASCII characters. "
                    + "Use a UUID, for example."));
            return;
        }

        var request = await IdempotentRequest.ReadAsync(context, key, keys.Idempotency);
        using var held = await running.HoldAsync(request.Key, context.RequestAborted);
        if (await answers.FindAsync(request.Key, context.RequestAborted) is { } known) await RepeatAsync(context, request, known);
        else await RunAsync(context, request);
    }

    private static bool Applies(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method)
        && context.Request.Headers.ContainsKey(Header)
        && !context.IsDryRun()
        && context.Features.Get<Caller>() is not null
        && context.GetEndpoint() is { } endpoint
        && endpoint.Metadata.GetMetadata<NoDryRun>() is null;

    private async Task RunAsync(HttpContext context, IdempotentRequest request)
    {
        var recorder = new KeyRecorder(request, clock);
        var client = context.Response.Body;
        using var captured = new MemoryStream();
        context.Response.Body = captured;
        try
        {
            UnitCompanion.Current = recorder;
            await next(context);
        }
        catch (KeyTakenException)
        {
            context.Response.Body = client;
            context.Response.Clear();
            if (await answers.FindAsync(request.Key, context.RequestAborted) is { } known) await RepeatAsync(context, request, known);
            return;
        }
        finally
        {
            UnitCompanion.Current = null;
            context.Response.Body = client;
        }

        // Refused because the same request was faster on another manager (the name is taken now): that one's answer is the answer.
        if (!recorder.Recorded
            && context.Response.StatusCode >= 400
            && await answers.FindAsync(request.Key, context.RequestAborted) is { } first)
        {
            context.Response.Clear();
            await RepeatAsync(context, request, first);
            return;
        }

        // The effect is stored; what follows must not be cut short because the caller has gone.
        if (recorder.Recorded && context.Response.StatusCode < 500) await KeepAsync(context.Response, request, captured.ToArray());
        captured.Position = 0;
        await captured.CopyToAsync(client, context.RequestAborted);
    }

    private async Task KeepAsync(HttpResponse response, IdempotentRequest request, byte[] body)
    {
        var headers = KeptHeaders.Where(response.Headers.ContainsKey).ToDictionary(h => h, h => response.Headers[h].ToString());
        try
        {
            await answers.StoreAsync(request.Key, new StoredReply(response.StatusCode, headers, body), CancellationToken.None);
        }
        catch (DatabaseUnavailableException e)
        {
            LogNotKept(log, e);
        }
    }

    private async Task RepeatAsync(HttpContext context, IdempotentRequest request, KnownKey known)
    {
        if (known.BodyMac != request.BodyMac)
        {
            await Problem.WriteAsync(context, new Failure(
                FailureCategory.Invalid,
                ProblemCodes.IdempotencyKeyReused,
                "The key was used with another body within the last 24 h. Use a new "
                    + "key for a new request."));
            return;
        }

        var answer = known.Answer ?? await WaitForOthersAsync(request, context.RequestAborted);
        if (answer is null)
        {
            await Problem.WriteAsync(context, new Failure(
                FailureCategory.Conflict,
                ProblemCodes.IdempotencyAnswerLost,
                "The first request with this key took effect, but its answer was "
                    + "lost. Read what it created instead of repeating it."));
            return;
        }

        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        context.Response.Headers["Idempotent-Replay"] = "true";
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    // The first request may still run on another manager; its answer comes with its own write.
    private async Task<StoredReply?> WaitForOthersAsync(IdempotentRequest request, CancellationToken ct)
    {
        for (var waited = TimeSpan.Zero; waited < PatienceWithOthers; waited += Pause)
        {
            await Task.Delay(Pause, clock, ct);
            if (await answers.FindAsync(request.Key, ct) is not { } known) return null;
            if (known.Answer is { } answer) return answer;
        }

        return null;
    }

    [LoggerMessage(
        1201, LogLevel.Warning,
        "Could not store the answer of a request with an idempotency key. A repeat will be told to read what the request created.",
        EventName = "AnswerNotKept")]
    private static partial void LogNotKept(ILogger log, Exception exception);
}
