using Cluster.Contracts.Json;
using Cluster.Contracts.Time;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Rollouts;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Answers commits with their revision, after the rollout where <c>?wait=</c> asks for it.</summary>
internal sealed class CommitResponse(UnitRunner units, RolloutWait rollouts)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Reads <c>?wait=</c>; zero = do not wait.</summary>
    public static Outcome<TimeSpan> ReadWait(HttpContext context)
    {
        var text = context.Request.Query["wait"].FirstOrDefault();
        if (text is null) return TimeSpan.Zero;
        return DurationText.TryParse(text, out var wait) && wait <= Longest
            ? wait
            : CommonFailures.InvalidParameter("wait", "it is a duration of at most 5m, for example 30s.");
    }

    /// <summary>Answers 201 with the revision of a commit and what is found in it; a dry run shows no number.</summary>
    public async Task<IResult> WriteAsync(HttpContext context, CommitResult committed, TimeSpan wait)
    {
        if (context.IsDryRun()) return Results.StatusCode(StatusCodes.Status201Created);
        context.SetRevision(committed.Revision, committed.Rollout);
        if (wait > TimeSpan.Zero && committed.Rollout is { } rollout) await rollouts.ForEndAsync(rollout, wait, context.RequestAborted);
        // Outside of the unit of work: nobody waits for the cluster's lock while certificates are judged.
        var findings = committed.Change?.Findings() ?? [];
        var row = await units.ReadAsync(context, (db, ct) => RevisionResponse.FindAsync(db, context.Cluster().Id, committed.Revision, ct));
        var location = $"/api/v1/clusters/{context.Cluster().Name}/revisions/{committed.Revision}";
        return row.Match(
            r => JsonReplies.Created(context, location, RevisionResponse.Show(r, findings), RestJson.Default.RevisionShape));
    }
}
