using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>Shows the blocks that one level defines.</summary>
internal static class GetTlsProtocols
{
    public static void Map(IEndpointRouteBuilder protocols) => protocols.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getTlsProtocols",
            "Shows the blocks of TLS versions and ciphers that one level defines.",
            "Blocks that it inherits are not shown. 404 not-defined-at-level where a group or machine defines none.")
        .Stageable()
        .Returns<TlsProtocolBlocks>(example: LevelBlocks.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, ConfigurationViews views, string? level)
    {
        var read = await units.ReadAsync(context, async (db, ct) =>
        {
            var clusterId = context.Cluster().Id;
            var found = await ItemLevel.FindAsync(db, clusterId, level, ct);
            var view = await views.ReadAsync(context, db, clusterId, ct);
            var blocks = LevelBlocks.At(view.Shown, found);
            if (blocks.Items.Count > 0 || found.Kind == LevelKind.Cluster) return blocks;
            throw new RefusedException(await BlocksNotDefined.AtAsync(db, found, view.Shown, ct));
        });
        return read.Match(
            blocks => blocks.Tag is { } tag && context.IsUnchanged(tag)
                ? Results.StatusCode(StatusCodes.Status304NotModified)
                : ItemResponse.Json(blocks.Show()));
    }
}
