using System.Text.Json.Nodes;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>
/// Deletes a cluster with its settings, certificates and keys; machines must have left before, so that no host is orphaned.
/// </summary>
internal static class DeleteCluster
{
    private const int MostReferences = 100;

    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapDelete("/{c}", HandleAsync)
        .RequireAuthorization(Policies.Owner)
        .Operation(
            "deleteCluster",
            "Deletes a cluster with its settings, certificates and keys.",
            "Refused with 409 and references while machines are members.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, AuditTrail audit)
    {
        var deleted = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var (id, name) = request.Cluster;
            var cluster = await db.Unit.LockClusterAsync(id, ct) ?? throw new RefusedException(CommonFailures.NotFound("cluster", name));
            request.CheckConditions(ClusterResponse.Tag(cluster));
            var members = await db.Machines.Where(
                m => m.ClusterId == id && m.Status != MachineStatus.Departed && m.Status != MachineStatus.Prepared)
                .OrderBy(m => m.Name).Take(MostReferences).Select(m => m.Name).ToListAsync(ct);
            if (members.Count > 0) throw new RefusedException(InUse(name, members));
            db.Unit.DoNotAnnounce(id);
            db.Unit.Announce(Guid.Empty);
            await ClusterRows.DeleteAsync(db, id, ct);
            await audit.AppendAsync(db, request.AuditInstallation("cluster.delete", $"clusters/{name}"), ct);
            return name;
        });
        return deleted.Match(_ => Results.NoContent());
    }

    private static Failure InUse(string name, List<string> members) =>
        new(FailureCategory.Conflict, ProblemCodes.ClusterInUse, $"Machines are members of '{name}'; let them leave or remove them first.")
        {
            Extensions = new Dictionary<string, JsonNode?>
            {
                ["references"] = new JsonArray([.. members.Select(m => new JsonObject { ["kind"] = "machines", ["name"] = m })]),
            },
        };
}
