using Cluster.Contracts.Findings;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Revisions;

/// <summary>A revision with the rollout that carries it.</summary>
internal sealed record RevisionRow(RevisionRecord Revision, RolloutState? RolloutState);

/// <summary>How revisions are found and shown.</summary>
internal static class RevisionResponse
{
    public const string Example =
        """{"number":12,"epoch":1,"author":"ci","at":"2026-11-24T08:00:00Z","comment":"renew mx","changes":2,"state":"rolling","rollout":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b"}""";

    public const string CommitExample =
        """{"number":12,"epoch":1,"author":"ci","at":"2026-11-24T08:00:00Z","comment":"renew mx","changes":2,"state":"rolling","rollout":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","findings":[{"id":"0f3e2d1c4b5a69788796a5b4c3d2e1f0","code":"self-signed","severity":"warning","level":"cluster","kind":"certificates","name":"mx","message":"Certificate 'mx' is self-signed.","hint":"Have its signing request signed by an authority that senders trust."}]}""";

    /// <summary>How many findings the answer to a commit names; all are in the list of findings.</summary>
    public const int MostFindings = 500;

    /// <summary>The given revisions with the states of their rollouts, newest first.</summary>
    public static IQueryable<RevisionRow> WithRollouts(this ClusterDbContext db, IQueryable<RevisionRecord> revisions) =>
        from revision in revisions.AsNoTracking()
        join rollout in db.Rollouts.AsNoTracking() on revision.RolloutId equals (Guid?)rollout.Id into rollouts
        from rollout in rollouts.DefaultIfEmpty()
        orderby revision.Number descending
        select new RevisionRow(revision, (RolloutState?)rollout.State);

    /// <summary>Finds a revision of a cluster; refuses one that is not there.</summary>
    public static async Task<RevisionRow> FindAsync(ClusterDbContext db, Guid clusterId, long number, CancellationToken ct) =>
        await db.WithRollouts(db.Revisions.Where(r => r.ClusterId == clusterId && r.Number == number)).SingleOrDefaultAsync(ct)
        ?? throw new RefusedException(CommonFailures.NotFound("revision", $"{number}"));

    public static RevisionShape Show(RevisionRow row) => new()
    {
        Number = row.Revision.Number,
        Epoch = row.Revision.Epoch,
        Author = row.Revision.Author,
        At = row.Revision.At,
        Comment = row.Revision.Comment,
        Changes = row.Revision.Changes,
        State = RevisionStates.Of(row.RolloutState),
        Rollout = row.Revision.RolloutId,
    };

    /// <summary>Shows a revision just made, with the most serious of what is found in it.</summary>
    public static RevisionShape Show(RevisionRow row, IReadOnlyList<Finding> findings) => Show(row) with
    {
        Findings = [.. findings.Take(MostFindings)],
        MoreFindings = findings.Count > MostFindings ? findings.Count - MostFindings : null,
    };
}
