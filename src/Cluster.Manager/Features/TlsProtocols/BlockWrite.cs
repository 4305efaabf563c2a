using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>The blocks of a level that are to be written, as the unit of work found them.</summary>
internal sealed record BlocksTarget(
    ClusterDbContext Db, WriteRequest Request, ItemLevel Level, ConfigurationView View, LevelBlocks Current);

/// <summary>The blocks of a level after a write.</summary>
/// <param name="Blocks">What the level defines now.</param>
/// <param name="Created">Whether it defined none before.</param>
/// <param name="Receipt">Where the write went.</param>
internal sealed record WrittenBlocks(LevelBlocks Blocks, bool Created, WriteReceipt Receipt)
{
    public IResult Answer(HttpContext context)
    {
        Receipt.SetHeaders(context);
        if (Blocks.Tag is { } tag) context.Response.Headers.ETag = tag;
        return ItemResponse.Json(Blocks.Show(), Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }
}

/// <summary>The steps that all writes of the blocks share: open, read the body, store.</summary>
internal sealed class BlockWrite(ConfigurationViews views, CommitOrStage commits, TimeProvider clock)
{
    /// <summary>Finds the level and checks the conditions of the request.</summary>
    public async Task<BlocksTarget> OpenAsync(ClusterDbContext db, WriteRequest request, CancellationToken ct)
    {
        var level = await ItemLevel.FindWritableAsync(db, request.ClusterId, request.Level, ct);
        var view = await views.ReadAsync(db, request.ClusterId, request.ChangeSetId, ct);
        var current = LevelBlocks.At(view.Shown, level);
        request.CheckConditions(current.Tag);
        return new BlocksTarget(db, request, level, view, current);
    }

    /// <summary>Turns a body into the edits after which the level defines its blocks and no other; blocks that stay have no edit.</summary>
    public IReadOnlyList<StagedEdit> ToEdits(BlocksTarget target, JsonElement body)
    {
        var asked = Read(target.Level, body);
        var unchanged = target.Current.Items.Where(i => asked.Any(e => e.Key == i.Key && e.Document!.Hash == i.Document!.Hash))
            .Select(i => i.Key);
        var gone = target.Current.Items.ExceptBy(asked.Select(e => e.Key), i => i.Key).Select(Delete);
        return [.. asked.ExceptBy(unchanged, e => e.Key), .. gone];
    }

    /// <summary>Commits or stages edits.</summary>
    /// <param name="target">What was opened.</param>
    /// <param name="verb">Ends the name of the action, for example <c>put</c>.</param>
    /// <param name="edits">The edits.</param>
    /// <param name="shown">Level of the answer.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<WrittenBlocks> StoreAsync(
        BlocksTarget target, string verb, IReadOnlyList<StagedEdit> edits, ItemLevel shown, CancellationToken ct)
    {
        var receipt = await commits.RunAsync(target.Db, target.Request, edits, $"{TlsProtocolBlock.Kind}.{verb}", ct);
        var before = LevelBlocks.At(target.View.Shown, shown);
        var there = edits.Where(e => e.Key.LevelKind == shown.Kind && e.Key.LevelId == shown.Id);
        var after = before.After([.. there], target.Request.Author, receipt);
        return new WrittenBlocks(after, before.Items.Count == 0 && after.Items.Count > 0, receipt);
    }

    public static StagedEdit Delete(Item block) => new() { Key = block.Key, Name = block.Name, Kind = EditKind.Delete };

    private List<StagedEdit> Read(ItemLevel level, JsonElement body)
    {
        var errors = new List<FieldError>();
        var edits = new List<StagedEdit>();
        if (body.ValueKind != JsonValueKind.Object)
            errors.Add(new FieldError("", FieldErrorCodes.Type, "Expected an object with a member for each block."));
        else
        {
            foreach (var block in body.EnumerateObject()) ReadBlock(level, block, edits, errors);
        }

        errors.OrRefuse();
        return edits;
    }

    private void ReadBlock(ItemLevel level, JsonProperty block, List<StagedEdit> edits, List<FieldError> errors)
    {
        var (name, pointer) = (block.Name, JsonPointer.Member("", block.Name));
        var key = level.Key<TlsProtocolBlock>(name);
        if (ItemNames.Check(TlsProtocolBlock.Kind, name, pointer) is { } unknown)
            errors.Add(unknown with { Code = FieldErrorCodes.UnknownMember });
        else if (edits.Exists(e => e.Key == key))
            errors.Add(new FieldError(pointer, FieldErrorCodes.DuplicateMember, $"The member '{name}' is given more than once; keep one."));
        else
        {
            var (document, broken) =
                KindRegistry.Get(TlsProtocolBlock.Kind).Check(block.Value, new RuleContext(name, clock.GetUtcNow()));
            errors.AddRange(broken.Select(e => e with { Pointer = pointer + e.Pointer }));
            edits.Add(new StagedEdit { Key = key, Name = name, Kind = EditKind.Put, Document = document });
        }
    }
}
