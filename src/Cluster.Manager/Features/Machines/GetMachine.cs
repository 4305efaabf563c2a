using Cluster.Contracts.Machines;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Machines;

internal static class GetMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapGet("/{m}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getMachine",
            "Shows a machine: inventory, services, and desired, applied, attempted, verified.",
            "Desired is what the machine should have, applied what it has, attempted what it last tried, verified what was proven on "
                + "the wire. {m} is the name or the id.")
        .Returns<MachineShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, MachineReading reading, string m)
    {
        var found = await units.ReadAsync(
            context, async (db, ct) => await MachineReading.RowAsync(
                db, await MachineReading.FindAsync(db, context.Cluster().Id, m, ct), ct));
        return found.Match(row => MachineResponse.Answer(context, row, reading.StateOf(row)));
    }
}
