using System.Text.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>Changes single blocks of a level, or members of them (RFC 7396).</summary>
internal static class PatchTlsProtocols
{
    public static void Map(IEndpointRouteBuilder protocols) => protocols.MapPatch("", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "patchTlsProtocols",
            "Changes single blocks of TLS versions and ciphers at one level.",
            "A block that is null is deleted at this level; a member of a block that is null is removed.")
        .LevelAndAcknowledge()
        .Stageable()
        .Patch<TlsProtocolBlocks>("""{"https":{"minimum":"tls1.3"}}""")
        .Returns<TlsProtocolBlocks>(example: LevelBlocks.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, BlockWrite write)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, ct);
            if (target.Current.Items.Count == 0 && target.Level.Kind != LevelKind.Cluster)
            {
                var missing = await BlocksNotDefined.AtAsync(db, target.Level, target.View.Shown, ct);
                throw new RefusedException(SettingsFailures.PutFirst(missing, target.Level));
            }

            var merged = MergePatch.Merge(target.Current.Show(), patch.Value);
            var edits = write.ToEdits(target, JsonSerializer.SerializeToElement(merged, CommitsJson.Default.JsonObject));
            // Even what no level defined was there for the caller: empty.
            return await write.StoreAsync(target, "patch", edits, target.Level, ct) with { Created = false };
        });
        return written.Match(w => w.Answer(context));
    }
}
