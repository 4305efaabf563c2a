using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;

namespace Cluster.Manager.Features.Settings;

/// <summary>What a kind adds to the course that all settings share. The base class is a kind that adds nothing.</summary>
internal class ItemHook
{
    /// <summary>Members that answers show besides the document; in a body they must say what holds.</summary>
    public virtual IReadOnlySet<string> ComputedMembers => FrozenSet<string>.Empty;

    /// <summary>What an answer shows of the computed members now; null = the level does not define the item.</summary>
    public virtual Task<JsonObject?> ComputedAsync(ItemTarget target, CancellationToken ct) => Task.FromResult<JsonObject?>(null);

    /// <summary>Why PUT and PATCH cannot make an item that the level does not define; null = they can.</summary>
    public virtual Failure? RefuseCreation(string name) => null;

    /// <summary>Takes along what belongs to an item that is copied or moved.</summary>
    /// <param name="target">The item.</param>
    /// <param name="to">The level where it goes.</param>
    /// <param name="edit">The edit there.</param>
    /// <param name="move">Whether it leaves its level.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The edit, which may point to what was taken along.</returns>
    public virtual Task<StagedEdit> TakeAlongAsync(ItemTarget target, ItemLevel to, StagedEdit edit, bool move, CancellationToken ct) =>
        Task.FromResult(edit);

    /// <summary>Answers with an item after it was written.</summary>
    public virtual Task<IResult> AnswerAsync(HttpContext context, WrittenItem written) =>
        Task.FromResult(ItemResponse.Written(context, written));
}

/// <summary>The hooks of all kinds.</summary>
internal sealed class ItemHooks(IServiceProvider services)
{
    private static readonly ItemHook Plain = new();

    /// <summary>The hook of a kind: registered under its name, or the plain one.</summary>
    public ItemHook Of(SettingsKind kind) => services.GetKeyedService<ItemHook>(kind.Kind) ?? Plain;
}
