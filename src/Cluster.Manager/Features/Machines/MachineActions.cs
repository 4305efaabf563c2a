using Cluster.Contracts.Machines;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Machines;

/// <summary>What an action does to a machine, in the unit of work.</summary>
/// <returns>Why not; null = done.</returns>
internal delegate Task<Failure?> MachineAct(MachineLife life, ClusterDbContext db, Machine machine, CancellationToken ct);

/// <summary>Actions on a machine's life, and the course that all of them take: find, check, act, audit, show.</summary>
internal sealed class MachineActions(UnitRunner units, MachineReading reading, MachineLife life, AuditTrail audit)
{
    private const string DisconnectSummary = "Orders that nothing is pushed to the machine; its services go on, its status still flows.";
    private const string RemoveSummary =
        "Takes the machine out of the cluster: its identity is dead at once, its host keeps what it runs, its layer is kept.";

    public static void Map(IEndpointRouteBuilder machines)
    {
        Map(machines, "disconnect", Policies.Operator, DisconnectSummary, (_, _, m, _) => Task.FromResult(MachineLife.Disconnect(m)));
        Map(
            machines,
            "reconnect",
            Policies.Operator,
            "Ends disconnect: only what differs is sent.",
            (_, _, m, _) => Task.FromResult(MachineLife.Reconnect(m)));
        Map(
            machines,
            "retry",
            Policies.Operator,
            "Has failures that are held back tried again.",
            (_, _, m, _) => Task.FromResult(MachineLife.Retry(m)));
        Map(machines, "check", Policies.Operator, "Has the machine report anew.", (_, _, m, _) => Task.FromResult(MachineLife.Check(m)));
        Map(machines, "remove", Policies.Admin, RemoveSummary, (life, db, m, ct) => life.DepartAsync(db, m, ct));
        Map(machines, "ban", Policies.Admin, "Cuts the machine off on every manager.", (life, db, m, ct) => life.BanAsync(db, m, ct));
        Map(
            machines,
            "unban",
            Policies.Admin,
            "Ends a ban: the machine counts as departed.",
            (life, _, m, _) => Task.FromResult(life.Unban(m)));
    }

    /// <summary>Runs an action on the machine in the path.</summary>
    public async Task<IResult> RunAsync(HttpContext context, string machine, string action, MachineAct act)
    {
        var changed = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var found = await MachineReading.OpenAsync(db, request, machine, ct);
            (await act(life, db, found, ct)).OrRefuse();
            await audit.AppendAsync(db, request.Audit($"machine.{action}", $"machines/{found.Name}"), ct);
            return await MachineReading.RowAsync(db, found, ct);
        });
        return changed.Match(row => MachineResponse.Answer(context, row, reading.StateOf(row)));
    }

    private static void Map(IEndpointRouteBuilder machines, string action, string policy, string summary, MachineAct act) =>
        machines.MapPost(
            "/{m}/" + action, (HttpContext context, MachineActions actions, string m) => actions.RunAsync(context, m, action, act))
            .RequireAuthorization(policy)
            .Operation(
                $"{action}Machine", summary, "Takes effect at once. The answer shows the machine as it is then; 409 when the action "
                    + "does not fit its state.")
            .Returns<MachineShape>();
}
