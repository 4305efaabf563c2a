using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Machines;

/// <summary>Actions on a machine's life that need no body, and the common course of all actions.</summary>
internal sealed class MachineActions(ClusterDatabase database, MachineReading reading, MachineLife life, AuditTrail audit)
{
    private MachineLife Life { get; } = life;

    public static void Map(IEndpointRouteBuilder machines)
    {
        Map(machines, "disconnect", Policies.Operator, "Orders that nothing is pushed to the machine; its services go on, its status still flows.", (a, c, m) => a.RunAsync(c, m, "disconnect", Sync(MachineLife.Disconnect)));
        Map(machines, "reconnect", Policies.Operator, "Ends disconnect: only what differs is sent.", (a, c, m) => a.RunAsync(c, m, "reconnect", Sync(MachineLife.Reconnect)));
        Map(machines, "retry", Policies.Operator, "Has failures that are held back tried again.", (a, c, m) => a.RunAsync(c, m, "retry", Sync(MachineLife.Retry)));
        Map(machines, "check", Policies.Operator, "Has the machine report anew.", (a, c, m) => a.RunAsync(c, m, "check", Sync(MachineLife.Check)));
        Map(machines, "remove", Policies.Admin, "Takes the machine out of the cluster: its identity is dead at once, its host keeps what it runs, its layer is kept.", (a, c, m) => a.RunAsync(c, m, "remove", a.Life.DepartAsync));
        Map(machines, "ban", Policies.Admin, "Cuts the machine off on every manager.", (a, c, m) => a.RunAsync(c, m, "ban", a.Life.BanAsync));
        Map(machines, "unban", Policies.Admin, "Ends a ban: the machine counts as departed.", (a, c, m) => a.RunAsync(c, m, "unban", Sync(a.Life.Unban)));
    }

    /// <summary>Runs an action under the cluster's lock: conditions, change, audit, answer.</summary>
    public async Task<IResult> RunAsync(HttpContext context, string machine, string action, Func<ClusterDbContext, Machine, CancellationToken, Task<Failure?>> change)
    {
        var cluster = context.Cluster().Id;
        var outcome = await database.WriteAsync<Outcome<MachineRow>>(
            cluster,
            async (db, ct) =>
            {
                if (await MachineReading.FindAsync(db, cluster, machine, ct) is not { } found) return CommonFailures.NotFound("machine", machine);
                if (context.CheckConditions(MachineRow.TagOf(found)) is { } precondition) return precondition;
                if (await change(db, found, ct) is { } failure) return failure;
                await audit.AppendAsync(db, context.Audit($"machine.{action}", $"machines/{found.Name}"), ct);
                if (context.IsDryRun()) db.Unit.RollBack();
                return (await MachineReading.WithStatusAsync(db, cluster, [found], ct))[0];
            },
            context.RequestAborted);
        return outcome.Match(r => Answers.Live(context, reading.Show(r, whole: true), RestJson.Default.MachineShape, r.Tag));
    }

    private static void Map(IEndpointRouteBuilder machines, string action, string policy, string summary, Func<MachineActions, HttpContext, string, Task<IResult>> run) =>
        machines.MapPost("/{m}/" + action, (HttpContext context, MachineActions actions, string m) => run(actions, context, m))
            .RequireAuthorization(policy)
            .Operation($"{action}Machine", summary)
            .Returns<MachineShape>();

    private static Func<ClusterDbContext, Machine, CancellationToken, Task<Failure?>> Sync(Func<Machine, Failure?> change) => (_, machine, _) => Task.FromResult(change(machine));
}
