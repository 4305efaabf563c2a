using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Clusters;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Groups;
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

/// <summary>Prepares a machine: its layer can be written before it joins, by a token that is bound to its name.</summary>
internal static class PrepareMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("prepareMachine", "Prepares a machine, so that its layer can be written before it joins.")
        .Body<MachineCreate>("""{"name":"mx1.example.com","group":"main"}""")
        .Returns<MachineShape>(StatusCodes.Status201Created);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, MachineReading reading, AuditTrail audit, TimeProvider clock)
    {
        var body = await context.ReadAsync(RestJson.Default.MachineCreate);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (Check(body.Value) is { } failure) return Problem.Of(failure);
        var scope = context.Cluster();
        var made = await database.WriteAsync<Outcome<MachineRow>>(
            scope.Id,
            async (db, ct) =>
            {
                var machine = await NewAsync(db, scope.Id, body.Value, clock.GetUtcNow(), ct);
                if (!machine.Succeeded) return machine.Failure;
                db.Machines.Add(machine.Value);
                await audit.AppendAsync(db, context.Audit("machine.prepare", $"machines/{machine.Value.Name}"), ct);
                if (context.IsDryRun()) db.Unit.RollBack();
                return (await MachineReading.WithStatusAsync(db, scope.Id, [machine.Value], ct))[0];
            },
            context.RequestAborted);
        return made.Match(r => Answers.Created(context, $"/api/v1/clusters/{scope.Name}/machines/{r.Machine.Name}", reading.Show(r, whole: true), RestJson.Default.MachineShape, r.Tag));
    }

    private static Failure? Check(MachineCreate asked)
    {
        var errors = Labels.Check(asked.Labels ?? new Dictionary<string, string>()).ToList();
        if (!JoinRequests.ReadName(asked.Name).Succeeded) errors.Insert(0, new FieldError("/name", "machine-name", "A machine's name is a host name (RFC 1123) and not of UUID form."));
        return errors.Count > 0 ? CommonFailures.Invalid(errors) : null;
    }

    private static async Task<Outcome<Machine>> NewAsync(ClusterDbContext db, Guid cluster, MachineCreate asked, DateTimeOffset now, CancellationToken ct)
    {
        var name = JoinRequests.ReadName(asked.Name).Value;
        if (await db.Machines.AnyAsync(m => m.ClusterId == cluster && m.Name == name, ct)) return CommonFailures.NameTaken("machine", name);
        var group = asked.Group ?? ClusterMaking.DefaultGroup;
        if (await GroupReading.RunningAsync(db, cluster, group, ct) is not { } found) return CommonFailures.Invalid("/group", "unknown-group", $"There is no group '{group}'.");
        return new Machine
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = cluster,
            GroupId = found.Id,
            Name = name,
            Status = MachineStatus.Prepared,
            Mode = asked.Mode ?? MachineMode.Enforce,
            Labels = StoredLabels.Write(asked.Labels ?? new Dictionary<string, string>()),
            CreatedAt = now,
        };
    }
}
