using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>An item that is to be written: where it stands now and where it should.</summary>
internal sealed record WriteTarget(ClusterDbContext Db, WriteRequest Write, ItemLevel Level, ConfigurationView View, string Name, Item? Current);

/// <summary>What was written.</summary>
internal sealed record WrittenItem(Item? Item, bool Created, WriteReceipt Outcome);

/// <summary>The common course of every write of a setting: level, what is there now, conditions, edits, commit or staging.</summary>
internal sealed class SettingWrite(ClusterDatabase database, ConfigurationViews views, CommitOrStage writer, FleetReader fleet)
{
    /// <summary>Runs a write.</summary>
    /// <param name="context">The request.</param>
    /// <param name="kind">Kind of the item.</param>
    /// <param name="verb">Ends the name of the action.</param>
    /// <param name="toEdits">Makes the edits, the one of the item in the answer first; runs in the unit of work.</param>
    public async Task<Outcome<WrittenItem>> RunAsync(HttpContext context, SettingsKind kind, string verb, Func<WriteTarget, CancellationToken, Task<Outcome<IReadOnlyList<StagedEdit>>>> toEdits)
    {
        var write = WriteRequest.From(context);
        if (!write.Succeeded) return write.Failure;
        return await database.WriteAsync(write.Value.ClusterId, async (db, ct) =>
        {
            var target = await TargetAsync(context, db, write.Value, kind, ct);
            if (!target.Succeeded) return target.Failure;
            var edits = await toEdits(target.Value, ct);
            if (!edits.Succeeded) return edits.Failure;
            return await WriteAsync(target.Value, kind, edits.Value, $"{kind.Kind}.{verb}", ct);
        }, context.RequestAborted);
    }

    private async Task<Outcome<WriteTarget>> TargetAsync(HttpContext context, ClusterDbContext db, WriteRequest write, SettingsKind kind, CancellationToken ct)
    {
        var level = await ItemLevel.FindWritableAsync(db, write.ClusterId, context.Request.Query["level"].FirstOrDefault(), ct);
        if (!level.Succeeded) return level.Failure;
        var view = await views.ReadAsync(db, write.ClusterId, write.ChangeSetId, ct);
        if (!view.Succeeded) return view.Failure;
        var name = kind.NameOf(context);
        var current = view.Value.Shown.Find(level.Value.Key(kind.Kind, name));
        if (context.CheckConditions(ItemResponse.Tag(current)) is { } failure) return failure;
        return new WriteTarget(db, write, level.Value, view.Value, name, current);
    }

    private async Task<Outcome<WrittenItem>> WriteAsync(WriteTarget target, SettingsKind kind, IReadOnlyList<StagedEdit> edits, string action, CancellationToken ct)
    {
        var written = await writer.WriteAsync(target.Db, target.Write, edits, action, ct);
        if (!written.Succeeded) return await ExplainAsync(target, edits, written.Failure, ct);
        var created = target.View.Shown.Find(edits[0].Key) is null;
        var item = edits[0].ToItem(target.Write.Author);
        // Staged items bear another tag than committed ones; what was committed has a revision.
        if (item is not null && target.Write.ChangeSetId is null) item = item with { Revision = written.Value.Revision ?? 0, VersionId = Guid.Empty };
        return new WrittenItem(item, created, written.Value);
    }

    // A delete that leaves references behind says who refers to it.
    private async Task<Failure> ExplainAsync(WriteTarget target, IReadOnlyList<StagedEdit> edits, Failure failure, CancellationToken ct)
    {
        if (failure.Code != "validation-failed" || edits is not [{ Kind: EditKind.Delete } deleted]) return failure;
        var after = target.View.Shown.With([KeyValuePair.Create(deleted.Key, (Item?)null)]);
        var facts = await fleet.ReadAsync(target.Db, target.Write.ClusterId, ct);
        return CommitFailures.InUse(after, facts, deleted.Key, deleted.Name) ?? failure;
    }
}
