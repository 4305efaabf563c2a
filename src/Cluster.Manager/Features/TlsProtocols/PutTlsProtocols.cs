using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>Makes a level define the blocks of the body and no other.</summary>
internal static class PutTlsProtocols
{
    public static void Map(IEndpointRouteBuilder protocols) => protocols.MapPut("", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "putTlsProtocols",
            "Replaces the blocks of TLS versions and ciphers at one level.",
            "Blocks that the body leaves out are deleted at this level, so that they are inherited again. Commits at once with "
            + "rollout all; "
                + "with Change-Set it is staged. What GET answered can be sent back.")
        .LevelAndAcknowledge()
        .Stageable()
        .Body<TlsProtocolBlocks>(LevelBlocks.Example)
        .Returns<TlsProtocolBlocks>(example: LevelBlocks.Example)
        .Returns<TlsProtocolBlocks>(StatusCodes.Status201Created, LevelBlocks.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, BlockWrite write)
    {
        var body = await context.ReadJsonAsync("application/json");
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, ct);
            return await write.StoreAsync(target, "put", write.ToEdits(target, body.Value), target.Level, ct);
        });
        return written.Match(w => w.Answer(context));
    }
}
