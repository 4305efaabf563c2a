using Cluster.Contracts.Groups;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Groups;

/// <summary>Changes what a group says of itself, or its name.</summary>
internal static class PatchGroup
{
    public static void Map(IEndpointRouteBuilder groups) => groups.MapPatch("/{g}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Stageable()
        .Operation("patchGroup", "Changes what a group says of itself, or its name.")
        .Patch<GroupWrite>("""{"description":"MX hosts in Vienna"}""")
        .Returns<GroupShape>(example: KnownGroup.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, GroupWriting writing, string g)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        var written = await database.WriteAsync(context.Cluster().Id, (db, ct) => writing.WriteAsync(context, db, g, Change, ct), context.RequestAborted);
        return written.Match(w => w.Answer(context));

        Outcome<GroupWrite> Change(GroupWrite? current) =>
            current is null ? CommonFailures.NotFound("group", g) : MergePatch.Apply(current, patch.Value, RestJson.Default.GroupWrite);
    }
}
