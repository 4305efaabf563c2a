using System.Text.Json;
using Cluster.Contracts.Groups;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Groups;

/// <summary>Changes what a group says of itself, or its name.</summary>
internal static class PatchGroup
{
    public static void Map(IEndpointRouteBuilder groups) => groups.MapPatch("/{g}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Stageable()
        .Operation(
            "patchGroup",
            "Changes what a group says of itself, or its name.",
            "Renaming takes effect at once; ids stay, so levels and machines stay as they are.")
        .Patch<GroupWrite>("""{"description":"MX hosts in Vienna"}""")
        .Returns<GroupShape>(example: KnownGroup.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, GroupWriter writer, string g)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await writer.OpenAsync(db, request, g, ct);
            if (target.Current is not { } current) throw new RefusedException(CommonFailures.NotFound("group", g));
            var asked = target.Read(
                JsonSerializer.SerializeToElement(MergePatch.Merge(current.ToWrite(), patch.Value), CommitsJson.Default.JsonObject));
            return await writer.StoreAsync(target, asked, ct);
        });
        return written.Match(w => w.Answer(context));
    }
}
