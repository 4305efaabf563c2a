using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>Copy and move: defines all blocks of this level at another level; a move removes them here, in the same revision.</summary>
internal static class RelocateTlsProtocols
{
    private const string Description =
        "Takes all blocks of the level. Blocks that only the other level defines stay as they are there; the answer shows what it defines "
        + "then. 409 exists-at-level when it defines one of them already and replace is not set.";

    public static void Map(IEndpointRouteBuilder protocols)
    {
        MapOne(protocols, "copy", "Copies the blocks of TLS versions and ciphers of one level to another one.", move: false);
        MapOne(protocols, "move", "Moves the blocks of TLS versions and ciphers of one level to another one.", move: true);
    }

    private static void MapOne(IEndpointRouteBuilder protocols, string verb, string summary, bool move) => protocols
        .MapPost($"/{verb}", (HttpContext context, UnitRunner units, BlockWrite write) => HandleAsync(context, units, write, move))
        .RequireAuthorization(Policies.Operator)
        .Operation($"{verb}TlsProtocols", summary, Description)
        .Body<RelocationRequest>(RelocateItem.Example)
        .LevelAndAcknowledge()
        .Stageable()
        .Returns<TlsProtocolBlocks>(example: LevelBlocks.Example)
        .Returns<TlsProtocolBlocks>(StatusCodes.Status201Created, LevelBlocks.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, BlockWrite write, bool move)
    {
        var body = await context.ReadAsync(RestJson.Default.RelocationRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, ct);
            var to = await ItemLevel.FindWritableAsync(db, request.ClusterId, body.Value.ToLevel, ct);
            var there = await ThereAsync(target, to, body.Value.Replace == true, ct);
            var here = move ? target.Current.Items.Select(BlockWrite.Delete) : [];
            return await write.StoreAsync(target, move ? "move" : "copy", [.. there, .. here], to, ct);
        });
        return written.Match(w => w.Answer(context));
    }

    private static async Task<IReadOnlyList<StagedEdit>> ThereAsync(BlocksTarget target, ItemLevel to, bool replace, CancellationToken ct)
    {
        var blocks = target.Current.Items;
        if (blocks.Count == 0)
            throw new RefusedException(await BlocksNotDefined.AtAsync(target.Db, target.Level, target.View.Shown, ct));
        if (to.Kind == target.Level.Kind && to.Id == target.Level.Id)
            throw new RefusedException(
                CommonFailures.Invalid("/toLevel", FieldErrorCodes.SameLevel, "It is the level where the blocks stand."));
        var taken = blocks.FirstOrDefault(b => target.View.Shown.Find(to.Key<TlsProtocolBlock>(b.Name)) is not null);
        if (taken is not null && !replace) throw new RefusedException(SettingsFailures.ExistsAtLevel(taken.Name, to.Name));
        return [.. blocks.Select(
            b => new StagedEdit { Key = to.Key<TlsProtocolBlock>(b.Name), Name = b.Name, Kind = EditKind.Put, Document = b.Document })];
    }
}
