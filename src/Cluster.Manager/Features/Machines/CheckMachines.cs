using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Machines;

/// <summary>Has all machines of a cluster report anew.</summary>
internal static class CheckMachines
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/clusters/{c}/check", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .WithTags("machines")
        .Operation("checkMachines", "Has all machines of the cluster report anew; those that are offline do when they connect.")
        .Produces(StatusCodes.Status202Accepted);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, AuditTrail audit)
    {
        var cluster = context.Cluster().Id;
        await database.WriteAsync(
            cluster,
            async (db, ct) =>
            {
                var order = MachineOrders.NewId();
                await db.Machines.Where(m => m.ClusterId == cluster && m.Status == MachineStatus.Active).ExecuteUpdateAsync(
                    s => s.SetProperty(m => m.CheckRequested, true).SetProperty(m => m.OrderId, order), ct);
                await audit.AppendAsync(db, context.Audit("cluster.check", "machines"), ct);
                if (context.IsDryRun()) db.Unit.RollBack();
                return true;
            },
            context.RequestAborted);
        return Results.Accepted();
    }
}
