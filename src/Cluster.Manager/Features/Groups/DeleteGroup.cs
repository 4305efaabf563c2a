using System.Text.Json.Nodes;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Groups;

/// <summary>Deletes a group with what its level defines; its machines go to another group first.</summary>
internal static class DeleteGroup
{
    private const int MostReferences = 100;

    public static void Map(IEndpointRouteBuilder groups) => groups.MapDelete("/{g}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Stageable()
        .Operation("deleteGroup", "Deletes a group with what its level defines; its machines go to moveMachinesTo.")
        .Query("moveMachinesTo", "Group that its machines go to, at once; needed when there are any.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, GroupReading reading, CommitOrStage writer, AuditTrail audit, string g)
    {
        var outcome = await database.WriteAsync(
            context.Cluster().Id,
            async (db, ct) =>
            {
                var write = WriteRequest.From(context);
                if (!write.Succeeded) return write.Failure;
                var group = await reading.OneAsync(db, write.Value.ClusterId, write.Value.ChangeSetId, g, ct);
                if (!group.Succeeded) return group.Failure;
                if (context.CheckConditions(group.Value.Tag) is { } failure) return failure;
                if (await EmptyAsync(context, db, write.Value, group.Value, audit, ct) is { } refused) return refused;
                return await writer.WriteAsync(db, write.Value, [GroupItems.Delete(group.Value.Row.Id)], "groups.delete", ct);
            },
            context.RequestAborted);
        return outcome.Match(written =>
        {
            written.SetHeaders(context);
            return Results.NoContent();
        });
    }

    private static async Task<Failure?> EmptyAsync(HttpContext context, ClusterDbContext db, WriteRequest write, KnownGroup group, AuditTrail audit, CancellationToken ct)
    {
        if (group.Machines == 0) return null;
        var target = context.Request.Query["moveMachinesTo"].ToString();
        if (target.Length == 0) return await InUseAsync(db, group, ct);
        if (write.ChangeSetId is not null) return new Failure(FailureCategory.Invalid, "not-stageable", "Moving machines takes effect at once and cannot be staged; move them first, then stage the deletion.");
        if (await GroupReading.RunningAsync(db, write.ClusterId, target, ct) is not { } other || other.Id == group.Row.Id) return CommonFailures.InvalidParameter("moveMachinesTo", "name another group of the cluster.");
        foreach (var machine in await db.Machines.AsTracking().Where(m => m.GroupId == group.Row.Id).ToListAsync(ct)) machine.GroupId = other.Id;
        await db.SaveChangesAsync(ct);
        await audit.AppendAsync(db, context.Audit("machine.move", $"groups/{group.Row.Name}", new JsonObject { ["to"] = other.Name, ["machines"] = group.Machines }), ct);
        return null;
    }

    private static async Task<Failure> InUseAsync(ClusterDbContext db, KnownGroup group, CancellationToken ct)
    {
        var names = await db.Machines.Where(m => m.GroupId == group.Row.Id).OrderBy(m => m.Name).Take(MostReferences).Select(m => m.Name).ToListAsync(ct);
        return new Failure(FailureCategory.Conflict, "group-in-use", $"Machines are in the group '{group.Row.Name}'; say where they go with moveMachinesTo.")
        {
            Extensions = new Dictionary<string, JsonNode?>
            {
                ["references"] = new JsonArray([.. names.Select(n => new JsonObject { ["kind"] = "machines", ["name"] = n })]),
            },
        };
    }
}
