using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Problems;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>Keeps the edits of change sets.</summary>
internal sealed class Staging(SnapshotStore snapshots, DocumentCache documents, TimeProvider clock)
{
    /// <summary>How many edits a change set holds.</summary>
    public const int MaxEdits = 20_000;

    /// <summary>Finds an open change set; refuses one that is not, or not open any more.</summary>
    public static async Task<ChangeSetRecord> OpenAsync(ClusterDbContext db, Guid clusterId, Guid id, CancellationToken ct)
    {
        var found = await db.ChangeSets.AsTracking().SingleOrDefaultAsync(c => c.Id == id && c.ClusterId == clusterId, ct);
        if (found is null) throw new RefusedException(CommonFailures.NotFound("change set", id.ToString()));
        return found.State == ChangeSetState.Open ? found : throw new RefusedException(Closed(found));
    }

    /// <summary>Stages edits; an item keeps the base that it had when it was first staged.</summary>
    public async Task StageAsync(ClusterDbContext db, Guid clusterId, Guid id, IReadOnlyCollection<StagedEdit> edits, CancellationToken ct)
    {
        if (await db.Unit.LockClusterAsync(clusterId, ct) is not { } cluster) throw new RefusedException(CommitFailures.NoCluster);
        var open = await OpenAsync(db, clusterId, id, ct);
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var rows = await RowsOfAsync(db, id, edits, ct);
        var known = rows.Count;
        await RevisionWriter.AddDocumentsAsync(db, edits.Select(e => e.Document).OfType<SettingsDocument>(), ct);
        foreach (var edit in edits)
        {
            if (rows.TryGetValue(edit.Key, out var row)) Change(row, edit);
            else db.ChangeSetEdits.Add(rows[edit.Key] = ToRow(id, edit, running.Find(edit.Key)?.VersionId));
        }

        var added = rows.Count - known;
        if (added > 0 && added + await db.ChangeSetEdits.CountAsync(e => e.ChangeSetId == id, ct) > MaxEdits)
            throw new RefusedException(TooManyEdits);
        open.Version++;
    }

    /// <summary>Reads the edits of a change set, ordered by item.</summary>
    public async Task<IReadOnlyList<StagedEdit>> EditsAsync(ClusterDbContext db, Guid changeSetId, CancellationToken ct)
    {
        var rows = await db.ChangeSetEdits.AsNoTracking().Where(e => e.ChangeSetId == changeSetId).ToListAsync(ct);
        var texts =
            await documents.ReadAsync(db, [.. rows.Where(r => r.DocumentHash is not null).Select(r => (r.Kind, r.DocumentHash!))], ct);
        return [.. rows.Select(r => new StagedEdit
        {
            Key = KeyOf(r),
            Name = r.Name,
            Kind = r.Action,
            Document = r.DocumentHash is { } hash ? texts[(r.Kind, hash)] : null,
            BaseVersionId = r.BaseVersionId,
        }).OrderBy(e => e.Key)];
    }

    /// <summary>The item that a stored edit is about.</summary>
    public static ItemKey KeyOf(ChangeSetEdit row) => new(row.LevelKind, row.LevelId, row.Kind, row.NormalizedName);

    // Only what is staged anew: a change set of thousands is filled edit by edit.
    private static async Task<Dictionary<ItemKey, ChangeSetEdit>> RowsOfAsync(
        ClusterDbContext db, Guid id, IReadOnlyCollection<StagedEdit> edits, CancellationToken ct)
    {
        var names = edits.Select(e => e.Key.Name).Distinct().ToList();
        var same = await db.ChangeSetEdits.AsTracking().Where(e => e.ChangeSetId == id && names.Contains(e.NormalizedName)).ToListAsync(ct);
        var keys = edits.Select(e => e.Key).ToHashSet();
        return same.Where(r => keys.Contains(KeyOf(r))).ToDictionary(KeyOf);
    }

    private static Failure TooManyEdits { get; } = new(
        FailureCategory.Conflict,
        ProblemCodes.TooManyEdits,
        $"A change set holds at most {MaxEdits} edits; commit it and open another one.");

    private static Failure Closed(ChangeSetRecord changeSet)
    {
        var how = changeSet.State == ChangeSetState.Committed ? $"committed as revision {changeSet.Revision}" : "abandoned";
        return new Failure(FailureCategory.Conflict, ProblemCodes.ChangeSetClosed, $"The change set is {how}; open a new one.");
    }

    private static void Change(ChangeSetEdit row, StagedEdit edit)
    {
        row.Name = edit.Name;
        row.Action = edit.Kind;
        row.DocumentHash = edit.Kind == EditKind.Put ? edit.Document!.Hash : null;
    }

    private ChangeSetEdit ToRow(Guid changeSetId, StagedEdit edit, Guid? baseVersionId)
    {
        var row = new ChangeSetEdit
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            ChangeSetId = changeSetId,
            LevelKind = edit.Key.LevelKind,
            LevelId = edit.Key.LevelId,
            Kind = edit.Key.Kind,
            Name = edit.Name,
            NormalizedName = edit.Key.Name,
            Action = EditKind.Put,
            BaseVersionId = baseVersionId,
        };
        Change(row, edit);
        return row;
    }
}
