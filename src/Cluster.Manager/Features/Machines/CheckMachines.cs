using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Machines;

/// <summary>Has all machines of a cluster report anew.</summary>
internal static class CheckMachines
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/clusters/{c}/check", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .WithTags("machines")
        .Operation(
            "checkMachines",
            "Has all machines of the cluster report anew; those that are offline do when they connect.",
            "The machines look at their hosts again, and their reports show drift, findings and proofs of now. Nothing on the hosts "
                + "is changed.")
        .Produces(StatusCodes.Status202Accepted);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, AuditTrail audit)
    {
        var ordered = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var order = MachineOrders.NewId();
            await db.Machines.Where(m => m.ClusterId == request.ClusterId && m.Status == MachineStatus.Active).ExecuteUpdateAsync(
                s => s.SetProperty(m => m.CheckRequested, true).SetProperty(m => m.OrderId, order), ct);
            await audit.AppendAsync(db, request.Audit("cluster.check", "machines"), ct);
            return order;
        });
        return ordered.Match(_ => Results.Accepted());
    }
}
