using System.Text.Json;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Json;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Commits;

/// <summary>
/// The one way in which configuration changes. Runs inside a unit of work that holds the cluster's lock: conflict check,
/// validation of the merged result, rows, revision, rollout, audit. Nothing here touches the network; whoever follows changes is
/// woken by the commit of the unit.
/// </summary>
internal sealed class CommitEngine(ChangePreviewer previewer, AuditTrail audit)
{
    /// <summary>Commits in the given unit of work.</summary>
    /// <returns>What came of it; a failure means that the unit must store nothing.</returns>
    public async Task<Outcome<CommitResult>> CommitAsync(ClusterDbContext db, CommitOrder order, CancellationToken ct)
    {
        if (await db.Unit.LockClusterAsync(order.ClusterId, ct) is not { } cluster) return CommitFailures.NoCluster;
        if (await CommitGate.CheckAsync(db, cluster, order, ct) is { } closed) return closed;

        var change = await previewer.PreviewAsync(db, cluster, order.Edits, order.Author, ct);
        if (order.Kind == CommitKind.ChangeSet && ChangeSetRules.Conflicts(change.Before, order.Edits) is { Count: > 0 } conflicts)
            return await CommitFailures.ConflictAsync(db, change, conflicts, ct);
        if (change.Edits.Count == 0) return new CommitResult(cluster.Revision, null, 0);
        if (Refuse(order, change) is { } refusal) return refusal;

        var revision = await RevisionWriter.WriteAsync(db, cluster, order, change, ct);
        if (await GroupItems.FollowAsync(db, change.Edits, change.Now, ct) is { } taken) return CommitFailures.GroupNameTaken(taken);
        await audit.AppendAsync(db, Entry(order, change, revision), ct);
        db.Unit.AfterCommit(() => Failpoint.Reach(FailpointNames.CommitDurable));
        Failpoint.Reach(FailpointNames.CommitInTransaction);
        return new CommitResult(revision.Number, revision.RolloutId, change.Edits.Count, change);
    }

    private static Failure? Refuse(CommitOrder order, ChangePreview change)
    {
        if (CommitGate.GroupWithMachines(change) is { } group) return CommitFailures.GroupNotEmpty(group);
        if (order.Kind == CommitKind.System) return null;
        if (change.Blocking() is { Count: > 0 } blocking) return CommitFailures.Blocked(blocking);
        if (order.Kind == CommitKind.Rollback)
            return CommitGate.Expired(change) is { Count: > 0 } expired ? CommitFailures.Blocked(expired) : null;
        var missing = change.Dangers().Except(order.Acknowledge).ToList();
        return missing.Count > 0 ? CommitFailures.NotAcknowledged(missing, change) : null;
    }

    private static AuditEntry Entry(CommitOrder order, ChangePreview change, RevisionRecord revision)
    {
        const int MostListed = 50;
        var changes = change.Changes().Take(MostListed)
            .Select(
                c => new AuditedChange(
                    change.Fleet.LevelOf(c.Key.LevelKind, c.Key.LevelId).ToString(),
                    c.Key.Kind,
                    c.Name,
                    EnumNames.Of(c.Change),
                    c.Before?.Document?.Hash,
                    c.After?.Document?.Hash))
            .ToList();
        var target = changes.Count == 1 ? $"{changes[0].Kind}/{changes[0].Name}@{changes[0].Level}" : $"revisions/{revision.Number}";
        return new AuditEntry(order.ClusterId, order.Author, order.Action, target)
        {
            Revision = revision.Number,
            TraceId = order.TraceId,
            Detail = JsonSerializer.Serialize(
                new AuditedCommit(order.Comment, change.Edits.Count, changes), CommitsJson.Default.AuditedCommit),
        };
    }
}

/// <summary>What the audit says of a commit.</summary>
internal sealed record AuditedCommit(string Comment, int Count, IReadOnlyList<AuditedChange> Changes);

/// <summary>What the audit says of one item: hashes tell that it changed, documents stay out.</summary>
internal sealed record AuditedChange(string Level, string Kind, string Name, string Change, string? Before, string? After);
