using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>
/// Writes the rows of a revision: the versions that end, the versions that begin, documents, the revision and its rollout.
/// </summary>
internal static class RevisionWriter
{
    private const int ChunkSize = 500;

    /// <summary>Writes them; the revision's number follows the highest one, under the cluster's lock.</summary>
    public static async Task<RevisionRecord> WriteAsync(
        ClusterDbContext db, ManagedCluster cluster, CommitOrder order, ChangePreview change, CancellationToken ct)
    {
        var number = cluster.Revision + 1;
        await CloseAsync(db, change, number, ct);
        await AddDocumentsAsync(db, change.Edits.Select(e => e.Document).OfType<SettingsDocument>(), ct);
        db.Items.AddRange(change.Edits.Where(e => e.Kind != EditKind.Delete).Select(e => ToRow(cluster.Id, e, number, change.Now)));

        var rollout = ToRollout(cluster.Id, order, number, change.Now);
        db.Rollouts.Add(rollout);
        var revision = new RevisionRecord
        {
            ClusterId = cluster.Id,
            Number = number,
            Epoch = cluster.EpochNumber,
            Author = order.Author,
            At = change.Now,
            Comment = order.Comment,
            Changes = change.Edits.Count,
            RolloutId = rollout.Id,
        };
        db.Revisions.Add(revision);
        cluster.Revision = number;
        return revision;
    }

    /// <summary>Stores documents that are not stored yet.</summary>
    public static async Task AddDocumentsAsync(ClusterDbContext db, IEnumerable<SettingsDocument> documents, CancellationToken ct)
    {
        foreach (var chunk in documents.DistinctBy(d => d.Hash).Chunk(ChunkSize))
        {
            var hashes = chunk.Select(d => d.Hash).ToList();
            var known = await db.Documents.AsNoTracking().Where(d => hashes.Contains(d.Hash)).Select(d => d.Hash).ToHashSetAsync(ct);
            known.UnionWith(db.Documents.Local.Select(d => d.Hash));
            db.Documents.AddRange(
                chunk.Where(d => !known.Contains(d.Hash))
                    .Select(d => new StoredDocument { Hash = d.Hash, SchemaVersion = Kinds.SchemaVersion, Text = d.Text }));
        }
    }

    // Ended before the new ones are inserted: at most one version of an item is current, and the index holds at every moment.
    private static async Task CloseAsync(ClusterDbContext db, ChangePreview change, long number, CancellationToken ct)
    {
        foreach (var chunk in change.Edits.Select(e => change.Before.Find(e.Key)?.VersionId).OfType<Guid>().Chunk(ChunkSize))
            await db.Items.Where(i => chunk.Contains(i.Id)).ExecuteUpdateAsync(s => s.SetProperty(i => i.ToRevision, number), ct);
    }

    private static ItemVersion ToRow(Guid clusterId, StagedEdit edit, long number, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ClusterId = clusterId,
        LevelKind = edit.Key.LevelKind,
        LevelId = edit.Key.LevelId,
        Kind = edit.Key.Kind,
        Name = edit.Name,
        NormalizedName = edit.Key.Name,
        DocumentHash = edit.Kind == EditKind.Hide ? null : edit.Document!.Hash,
        FromRevision = number,
    };

    private static RolloutRecord ToRollout(Guid clusterId, CommitOrder order, long number, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ClusterId = clusterId,
        Revision = number,
        Strategy = RolloutStrategy.All,
        MaxFailures = order.Rollout.MaxFailures,
        ProgressDeadlineSeconds = order.Rollout.ProgressDeadlineSeconds,
        ConfirmWithinSeconds = order.Rollout.ConfirmWithinSeconds,
        Atomicity = order.Rollout.Atomicity,
        State = RolloutState.Queued,
        CreatedAt = now,
    };
}
