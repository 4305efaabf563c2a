using Cluster.Contracts.Rollouts;
using Cluster.Storage;
using Cluster.Storage.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Assignments;

/// <summary>What a revision's rollout adds to the assignments that carry it.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="ConfirmDeadline">Until when it must be confirmed; null = it need not be, or was.</param>
/// <param name="AtomicHost">Whether one failing service restores all of the host.</param>
internal sealed record RevisionTerms(long Revision, DateTimeOffset? ConfirmDeadline, bool AtomicHost)
{
    /// <summary>The terms of a rollout as it stands.</summary>
    public static RevisionTerms Of(RolloutRecord rollout) =>
        new(rollout.Revision, rollout.ConfirmedAt is null ? rollout.ConfirmDeadline : null, rollout.Atomicity == Atomicity.Host);

    public static async Task<RevisionTerms> OfAsync(ClusterDbContext db, Guid clusterId, long revision, CancellationToken ct)
    {
        var rollout = await db.Rollouts.AsNoTracking()
            .Where(r => r.ClusterId == clusterId && r.Revision == revision)
            .OrderByDescending(r => r.Id)
            .FirstOrDefaultAsync(ct);
        return rollout is null ? new RevisionTerms(revision, null, false) : Of(rollout);
    }
}
