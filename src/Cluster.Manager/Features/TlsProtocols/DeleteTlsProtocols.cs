using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>Removes all blocks that one level defines; what a farther level defines holds again.</summary>
internal static class DeleteTlsProtocols
{
    public static void Map(IEndpointRouteBuilder protocols) => protocols.MapDelete("", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "deleteTlsProtocols",
            "Removes all blocks of TLS versions and ciphers from one level.",
            "To remove one block, send PATCH with null.")
        .LevelAndAcknowledge()
        .Stageable()
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, BlockWrite write)
    {
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, ct);
            if (target.Current.Items.Count == 0)
                throw new RefusedException(await BlocksNotDefined.AtAsync(db, target.Level, target.View.Shown, ct));
            return await write.StoreAsync(target, "delete", [.. target.Current.Items.Select(BlockWrite.Delete)], target.Level, ct);
        });
        return written.Match(w =>
        {
            w.Receipt.SetHeaders(context);
            return Results.NoContent();
        });
    }
}
