using Cluster.Contracts.Findings;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>What keeps a commit out before and besides validation.</summary>
internal static class CommitGate
{
    /// <summary>A forked history takes no commit; while a revision waits to be confirmed, no other comes in.</summary>
    public static async Task<Failure?> CheckAsync(ClusterDbContext db, ManagedCluster cluster, CommitOrder order, CancellationToken ct)
    {
        if (cluster.Forked) return CommitFailures.Forked;
        if (order.Kind == CommitKind.System) return null;
        var unconfirmed = await db.Rollouts.AsNoTracking()
            .Where(r => r.ClusterId == cluster.Id && r.ConfirmedAt == null)
            .Where(r => r.State != RolloutState.RolledBack && r.State != RolloutState.Superseded && r.State != RolloutState.Cancelled)
            .Where(r => r.ConfirmDeadline != null || (r.State == RolloutState.Queued && r.ConfirmWithinSeconds != null))
            .Select(r => (long?)r.Revision)
            .FirstOrDefaultAsync(ct);
        return unconfirmed is { } revision ? CommitFailures.AwaitsConfirmation(revision) : null;
    }

    /// <summary>A group that the change deletes while machines are in it.</summary>
    public static string? GroupWithMachines(ChangePreview change)
    {
        var deleted =
            change.Edits.Where(e => e.Key.Is<GroupSettings>() && e.Kind == EditKind.Delete).Select(e => e.Key.LevelId).ToHashSet();
        var machine = change.Fleet.Machines.FirstOrDefault(m => deleted.Contains(m.GroupId));
        return machine is null ? null : change.Fleet.Labels[machine.GroupId];
    }

    /// <summary>The certificates that the change points to a version that has expired.</summary>
    public static IReadOnlyList<Finding> Expired(ChangePreview change) =>
        [.. from edit in change.Edits
            where edit.Key.Is<CertificateSettings>() && edit.Kind == EditKind.Put
            let version = edit.Document!.Read<CertificateSettings>().Version
            let content = change.Certificates(edit.Key.LevelKind, edit.Key.LevelId, edit.Key.Name, version)
            where content?.NotAfter < change.Now
            select new Finding
            {
                Code = "certificate-expired",
                Severity = FindingSeverity.Error,
                Level = change.Fleet.LevelOf(edit.Key.LevelKind, edit.Key.LevelId).ToString(),
                Kind = edit.Key.Kind,
                Name = edit.Name,
                Message = $"Version {version} of certificate '{edit.Name}' expired on {content.NotAfter:yyyy-MM-dd}; the rollback would "
                    + "serve it.",
                Hint = "Keep today's versions with certificates: keep, or renew first.",
            }];
}
