using System.Text.Json;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;

namespace Cluster.Manager.Features.Settings;

/// <summary>An item that is to be written, as the unit of work found it.</summary>
internal sealed record ItemTarget
{
    /// <summary>Context of the unit.</summary>
    public required ClusterDbContext Db { get; init; }

    public required WriteRequest Request { get; init; }

    public required SettingsKind Kind { get; init; }

    /// <summary>What the kind adds to the common course.</summary>
    public required ItemHook Hook { get; init; }

    /// <summary>The level that is written.</summary>
    public required ItemLevel Level { get; init; }

    /// <summary>The configuration that the request sees.</summary>
    public required ConfigurationView View { get; init; }

    /// <summary>Its name as the request writes it.</summary>
    public required string Name { get; init; }

    /// <summary>What the level defines now; null = nothing.</summary>
    public required Item? Current { get; init; }

    public Guid ClusterId => Request.ClusterId;
}

/// <summary>An item after it was written.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Item">What its level defines now; null = nothing.</param>
/// <param name="Created">Whether the level did not define it before.</param>
/// <param name="Receipt">Where the write went.</param>
internal sealed record WrittenItem(SettingsKind Kind, Item? Item, bool Created, WriteReceipt Receipt);

/// <summary>
/// The steps that all writes of items share: open, read the body, store, answer. What else happens between them is the operation's own.
/// </summary>
internal sealed class SettingWrite(ConfigurationViews views, CommitOrStage commits, FleetReader fleet, ItemHooks hooks, TimeProvider clock)
{
    /// <summary>Finds what is to be written and checks the conditions of the request.</summary>
    public Task<ItemTarget> OpenAsync(ClusterDbContext db, WriteRequest request, SettingsKind kind, string name, CancellationToken ct) =>
        OpenAsync(db, request, kind, name, ItemResponse.Tag, ct);

    /// <summary>The same for another form of the item, which has an entity tag of its own.</summary>
    public async Task<ItemTarget> OpenAsync(
        ClusterDbContext db, WriteRequest request, SettingsKind kind, string name, Func<Item?, string?> tagOf, CancellationToken ct)
    {
        var level = await ItemLevel.FindWritableAsync(db, request.ClusterId, request.Level, ct);
        var view = await views.ReadAsync(db, request.ClusterId, request.ChangeSetId, ct);
        var current = view.Shown.Find(level.Key(kind.Kind, name));
        request.CheckConditions(tagOf(current));
        return new ItemTarget
        {
            Db = db,
            Request = request,
            Kind = kind,
            Hook = hooks.Of(kind),
            Level = level,
            View = view,
            Name = name,
            Current = current
        };
    }

    /// <summary>Turns a body into the edit that makes the level define it.</summary>
    public async Task<StagedEdit> ToEditAsync(ItemTarget target, JsonElement body, CancellationToken ct)
    {
        var (rest, computed) = ComputedMembers.Split(body, target.Hook.ComputedMembers);
        var changed = computed.Any ? computed.Changed(await target.Hook.ComputedAsync(target, ct)) : [];
        return ItemBody.ToEdit(target.Kind, target.Name, target.Level, rest, clock.GetUtcNow(), changed);
    }

    /// <summary>Commits or stages edits.</summary>
    /// <param name="target">What was opened.</param>
    /// <param name="verb">Ends the name of the action, for example <c>put</c>.</param>
    /// <param name="edits">The edits; the first is that of the item in the answer.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<WrittenItem> StoreAsync(ItemTarget target, string verb, IReadOnlyList<StagedEdit> edits, CancellationToken ct)
    {
        var stored = await commits.TryAsync(target.Db, target.Request, edits, $"{target.Kind.Kind}.{verb}", ct);
        if (stored.Failure is ValidationFailure && edits is [{ Kind: EditKind.Delete } deleted])
            await RefuseInUseAsync(target, deleted, ct);
        var receipt = stored.OrRefuse();
        var created = target.View.Shown.Find(edits[0].Key) is null;
        var item = edits[0].ToItem(target.Request.Author);
        // Staged items bear another tag than committed ones; what was committed has a revision.
        if (item is not null && target.Request.ChangeSetId is null)
            item = item with { Revision = receipt.Revision ?? 0, VersionId = Guid.Empty };
        return new WrittenItem(target.Kind, item, created, receipt);
    }

    /// <summary>Answers with what was written, in the way of its kind.</summary>
    public async Task<IResult> AnswerAsync(HttpContext context, Outcome<WrittenItem> written) =>
        written.Succeeded ? await hooks.Of(written.Value.Kind).AnswerAsync(context, written.Value) : Problem.Of(written.Failure);

    // A delete that leaves references behind says who refers to it.
    private async Task RefuseInUseAsync(ItemTarget target, StagedEdit deleted, CancellationToken ct)
    {
        var after = target.View.Shown.With([KeyValuePair.Create(deleted.Key, (Item?)null)]);
        var facts = await fleet.ReadAsync(target.Db, target.ClusterId, ct);
        CommitFailures.InUse(after, facts, deleted.Key, deleted.Name).OrRefuse();
    }
}
