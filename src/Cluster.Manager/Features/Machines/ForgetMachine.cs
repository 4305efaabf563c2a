using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Machines;

/// <summary>Forgets a machine that departed, or was only prepared, with its layer: settings, certificate versions, keys.</summary>
internal static class ForgetMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapDelete("/{m}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "forgetMachine",
            "Forgets a departed or prepared machine with its layer; it can never rejoin as itself.",
            "409 machine-not-departed while the machine is a member: let it leave, or ban it, first. Its settings, its reports and "
                + "keys that no one else uses are destroyed.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, MachineLayers layers, AuditTrail audit, TimeProvider clock, string m)
    {
        var forgotten = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var machine = await MachineReading.OpenAsync(db, request, m, ct);
            if (machine.Status is not (MachineStatus.Departed or MachineStatus.Prepared)) throw new RefusedException(StillMember(machine));
            // The layer is configuration, so it ends by a revision of its own; nothing that runs changes by it.
            var order = new LayerEnd(request.Author, "machine.empty", $"machine {machine.Name} forgotten") { TraceId = request.TraceId };
            (await layers.EmptyAsync(db, machine, order, ct)).OrRefuse();
            await db.SaveChangesAsync(ct);
            await MachineRows.DeleteAsync(db, machine, clock.GetUtcNow(), ct);
            await audit.AppendAsync(db, request.Audit("machine.forget", $"machines/{machine.Name}"), ct);
            return machine;
        });
        return forgotten.Match(_ => Results.NoContent());
    }

    private static Failure StillMember(Machine machine) =>
        new(
            FailureCategory.Conflict,
            ProblemCodes.MachineNotDeparted,
            $"'{machine.Name}' is still a member or banned; let it leave, remove it, or unban it first.");
}
