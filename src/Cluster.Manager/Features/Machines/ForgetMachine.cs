using Cluster.Contracts.Levels;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Machines;

/// <summary>Forgets a machine that departed, or was only prepared, with its layer: settings, certificate versions, keys.</summary>
internal static class ForgetMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapDelete("/{m}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("forgetMachine", "Forgets a departed or prepared machine with its layer; it can never rejoin as itself.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, SnapshotStore snapshots, CommitEngine engine, AuditTrail audit, TimeProvider clock, string m)
    {
        var cluster = context.Cluster().Id;
        var outcome = await database.WriteAsync<Outcome<CommitResult>>(
            cluster,
            async (db, ct) =>
            {
                if (await MachineReading.FindAsync(db, cluster, m, ct) is not { } machine) return CommonFailures.NotFound("machine", m);
                if (context.CheckConditions(MachineRow.TagOf(machine)) is { } precondition) return precondition;
                if (machine.Status is not (MachineStatus.Departed or MachineStatus.Prepared)) return StillMember(machine);
                var emptied = await EmptyLayerAsync(context, db, snapshots, engine, machine, ct);
                if (!emptied.Succeeded) return emptied;
                await db.SaveChangesAsync(ct);
                await MachineRows.DeleteAsync(db, machine, clock.GetUtcNow(), ct);
                await audit.AppendAsync(db, context.Audit("machine.forget", $"machines/{machine.Name}"), ct);
                if (context.IsDryRun()) db.Unit.RollBack();
                return emptied;
            },
            context.RequestAborted);
        return outcome.Match(_ => Results.NoContent());
    }

    private static Failure StillMember(Machine machine) =>
        new(FailureCategory.Conflict, "machine-not-departed", $"'{machine.Name}' is still a member or banned; let it leave, remove it, or unban it first.");

    // The layer is configuration, so it ends by a revision of its own; nothing that runs changes by it.
    private static async Task<Outcome<CommitResult>> EmptyLayerAsync(HttpContext context, ClusterDbContext db, SnapshotStore snapshots, CommitEngine engine, Machine machine, CancellationToken ct)
    {
        var cluster = await db.Clusters.SingleAsync(c => c.Id == machine.ClusterId, ct);
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var edits = running.Items
            .Where(i => i.Key.LevelKind == LevelKind.Machine && i.Key.LevelId == machine.Id)
            .Select(i => new StagedEdit { Key = i.Key, Name = i.Name, Kind = EditKind.Delete, BaseVersionId = i.VersionId })
            .ToList();
        if (edits.Count == 0) return new CommitResult(cluster.Revision, null, 0);
        return await engine.CommitAsync(
            db,
            new CommitOrder
            {
                ClusterId = machine.ClusterId,
                Author = context.Caller().Name,
                Comment = $"machine {machine.Name} forgotten",
                Action = "machine.empty",
                TraceId = Problem.TraceIdOf(context),
                Edits = edits,
            },
            ct);
    }
}
