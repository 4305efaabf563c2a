using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Health;

/// <summary>Whether the manager lives, and whether it can serve.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Maps the endpoints; they need no token and tell nothing of the installation.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/healthz").AllowAnonymous().ExcludeFromDescription();
        health.MapGet("/live", () => TypedResults.Text("live"));
        health.MapGet("/ready", ReadyAsync);
        // A probe at the wrong path learns where the right ones are, not that it lacks a token.
        health.MapGet(
            "/{**other}",
            () => Problem.Of(
                new Failure(
                    FailureCategory.NotFound,
                    ProblemCodes.NotFound,
                    "Ask /healthz/live whether the manager runs, or /healthz/ready whether it can serve.")));
    }

    private static async Task<IResult> ReadyAsync(HttpContext context, ClusterDatabase database)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(Patience);
        try
        {
            var there = await database.ReadAsync((db, ct) => db.Installations.AnyAsync(ct), limit.Token);
            return there
                ? TypedResults.Text("ready")
                : TypedResults.Text("the installation does not exist yet", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception e) when (e is DatabaseUnavailableException or OperationCanceledException)
        {
            return TypedResults.Text("the database does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
