using System.Text.Json.Nodes;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Groups;

/// <summary>Deletes a group with what its level defines; its machines go to another group first.</summary>
internal static class DeleteGroup
{
    private const int MostReferences = 100;

    public static void Map(IEndpointRouteBuilder groups) => groups.MapDelete("/{g}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Stageable()
        .Operation(
            "deleteGroup",
            "Deletes a group with what its level defines; its machines go to moveMachinesTo.",
            "409 group-in-use when machines are in the group and moveMachinesTo is missing. Moving machines changes what holds for "
                + "them and starts a rollout.")
        .Query("moveMachinesTo", "Group that its machines go to, at once; needed when there are any.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, GroupReading reading, CommitOrStage commits, AuditTrail audit, string g)
    {
        var deleted = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var group = await reading.OneAsync(db, request.ClusterId, request.ChangeSetId, g, ct);
            request.CheckConditions(group.Tag);
            if (group.Machines > 0) await EmptyAsync(db, request, group, await TargetAsync(context, db, request, group, ct), audit, ct);
            return await commits.RunAsync(db, request, [GroupItems.Delete(group.Row.Id)], "groups.delete", ct);
        });
        return deleted.Match(receipt =>
        {
            receipt.SetHeaders(context);
            return Results.NoContent();
        });
    }

    // Where the machines of the group go.
    private static async Task<MachineGroup> TargetAsync(
        HttpContext context, ClusterDbContext db, WriteRequest request, KnownGroup group, CancellationToken ct)
    {
        var name = context.Request.Query["moveMachinesTo"].ToString();
        if (name.Length == 0) throw new RefusedException(await InUseAsync(db, group, ct));
        if (request.ChangeSetId is not null) throw new RefusedException(NotStageable);
        if (await GroupReading.RunningAsync(db, request.ClusterId, name, ct) is not { } other)
            throw new RefusedException(
                CommonFailures.InvalidParameter("moveMachinesTo", $"there is no group '{name}' in the cluster; name one that there is."));
        return other.Id != group.Row.Id
            ? other
            : throw new RefusedException(
                CommonFailures.InvalidParameter("moveMachinesTo", $"'{name}' is the group that is deleted; name another group."));
    }

    private static async Task EmptyAsync(
        ClusterDbContext db, WriteRequest request, KnownGroup group, MachineGroup to, AuditTrail audit, CancellationToken ct)
    {
        foreach (var machine in await db.Machines.AsTracking().Where(m => m.GroupId == group.Row.Id).ToListAsync(ct))
            machine.GroupId = to.Id;
        await db.SaveChangesAsync(ct);
        var detail = new JsonObject { ["to"] = to.Name, ["machines"] = group.Machines };
        await audit.AppendAsync(db, request.Audit("machine.move", $"groups/{group.Row.Name}", detail), ct);
    }

    private static Failure NotStageable { get; } = new(
        FailureCategory.Invalid,
        ProblemCodes.NotStageable,
        "Moving machines takes effect at once and cannot be staged; move them first, then "
            + "stage the deletion.");

    private static async Task<Failure> InUseAsync(ClusterDbContext db, KnownGroup group, CancellationToken ct)
    {
        var names = await db.Machines.Where(m => m.GroupId == group.Row.Id)
            .OrderBy(m => m.Name)
            .Take(MostReferences)
            .Select(m => m.Name)
            .ToListAsync(ct);
        return new Failure(
            FailureCategory.Conflict,
            ProblemCodes.GroupInUse,
            $"There are machines in the group '{group.Row.Name}'; name the group that they move to in moveMachinesTo.")
        {
            Extensions = new Dictionary<string, JsonNode?>
            {
                ["references"] = new JsonArray([.. names.Select(n => new JsonObject { ["kind"] = "machines", ["name"] = n })]),
            },
        };
    }
}
