using Cluster.Contracts.Time;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Configuration;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Changes;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Answers commits with their revision, and waits for the rollout where <c>?wait=</c> asks for it.</summary>
internal sealed class RolloutWait(ClusterDatabase database, ChangeSignal changes, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    /// <summary>Reads <c>?wait=</c>; zero = do not wait.</summary>
    public static Outcome<TimeSpan> Read(HttpContext context)
    {
        var text = context.Request.Query["wait"].FirstOrDefault();
        if (text is null) return TimeSpan.Zero;
        return DurationText.TryParse(text, out var wait) && wait <= Longest ? wait : CommonFailures.InvalidParameter("wait", "it is a duration of at most 5m, for example 30s.");
    }

    /// <summary>Answers 201 with the revision of a commit; a dry run shows no number.</summary>
    public async Task<IResult> AnswerAsync(HttpContext context, CommitResult committed, TimeSpan wait)
    {
        if (context.IsDryRun()) return Results.StatusCode(StatusCodes.Status201Created);
        context.SetRevision(committed.Revision, committed.Rollout);
        var row = await WaitAsync(context, committed.Revision, wait);
        var location = $"/api/v1/clusters/{context.Cluster().Name}/revisions/{committed.Revision}";
        return Answers.Created(context, location, RevisionAnswers.Show(row), RevisionsJson.Default.RevisionShape);
    }

    private async Task<RevisionRow> WaitAsync(HttpContext context, long revision, TimeSpan wait)
    {
        var end = clock.GetUtcNow() + wait;
        using var subscription = changes.Subscribe();
        while (true)
        {
            var row = (await database.ReadAsync((db, ct) => RevisionAnswers.FindAsync(context, db, revision, ct), context.RequestAborted)).Value;
            var left = end - clock.GetUtcNow();
            if (left <= TimeSpan.Zero || row.RolloutState is not ("queued" or "running" or "paused")) return row;
            // Another manager may move the rollout: without its word, look again after a while.
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            var delay = Task.Delay(left < Recheck ? left : Recheck, clock, pause.Token);
            await Task.WhenAny(subscription.WaitAsync(pause.Token), delay);
            await pause.CancelAsync();
        }
    }
}
