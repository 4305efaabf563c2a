using System.Text.Json.Nodes;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Deletes a cluster with its settings, certificates and keys; machines must have left before, so that no host is orphaned.</summary>
internal sealed class DeleteCluster(AuditTrail audit)
{
    private const int MostReferences = 100;

    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapDelete("/{c}", HandleAsync)
        .RequireAuthorization(Policies.Owner)
        .Operation("deleteCluster", "Deletes a cluster with its settings, certificates and keys.", "Refused with 409 and references while machines are members.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, DeleteCluster deletion)
    {
        var outcome = await database.WriteAsync(context.Cluster().Id, (db, ct) => deletion.DeleteAsync(context, db, ct), context.RequestAborted);
        return outcome.Match(_ => Results.NoContent());
    }

    private async Task<Outcome<bool>> DeleteAsync(HttpContext context, ClusterDbContext db, CancellationToken ct)
    {
        var (id, name) = context.Cluster();
        if (await db.Unit.LockClusterAsync(id, ct) is not { } cluster) return CommonFailures.NotFound("cluster", name);
        if (context.CheckConditions(ClusterResponse.Tag(cluster)) is { } failure) return failure;
        var members = await db.Machines.Where(m => m.ClusterId == id && m.Status != MachineStatus.Departed && m.Status != MachineStatus.Prepared)
            .OrderBy(m => m.Name).Take(MostReferences).Select(m => m.Name).ToListAsync(ct);
        if (members.Count > 0) return InUse(name, members);
        db.Unit.DoNotAnnounce(id);
        db.Unit.Announce(Guid.Empty);
        await ClusterRows.DeleteAsync(db, id, ct);
        await audit.AppendAsync(db, context.AuditInstallation("cluster.delete", $"clusters/{name}"), ct);
        if (context.IsDryRun()) db.Unit.RollBack();
        return true;
    }

    private static Failure InUse(string name, List<string> members) =>
        new(FailureCategory.Conflict, "cluster-in-use", $"Machines are members of '{name}'; let them leave or remove them first.")
        {
            Extensions = new Dictionary<string, JsonNode?>
            {
                ["references"] = new JsonArray([.. members.Select(m => new JsonObject { ["kind"] = "machines", ["name"] = m })]),
            },
        };
}
