using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Machines;

/// <summary>Shows a machine.</summary>
internal static class GetMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapGet("/{m}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("getMachine", "Shows a machine: inventory, services, and desired, applied, attempted, verified.")
        .Returns<MachineShape>();

    /// <summary>Answers with a machine as it stands in the unit of work.</summary>
    public static async Task<IResult> AnswerAsync(HttpContext context, ClusterDbContext db, MachineReading reading, Machine machine, CancellationToken ct)
    {
        var row = (await MachineReading.WithStatusAsync(db, machine.ClusterId, [machine], ct))[0];
        return Answers.Live(context, reading.Show(row, whole: true), RestJson.Default.MachineShape, row.Tag);
    }

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, MachineReading reading, string m)
    {
        var cluster = context.Cluster().Id;
        return await database.ReadAsync(
            async (db, ct) => await MachineReading.FindAsync(db, cluster, m, ct) is { } machine
                ? await AnswerAsync(context, db, reading, machine, ct)
                : Problem.Of(CommonFailures.NotFound("machine", m)),
            context.RequestAborted);
    }
}
