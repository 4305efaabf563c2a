using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Groups;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Machines;

/// <summary>Prepares a machine: its layer can be written before it joins, by a token that is bound to its name.</summary>
internal static class PrepareMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "prepareMachine",
            "Prepares a machine, so that its layer can be written before it joins.",
            "Settings can then be written at level machine:NAME. A join token that names the machine lets the host join as it.")
        .Body<MachineCreate>("""{"name":"mx1.example.com","group":"main"}""")
        .Returns<MachineShape>(StatusCodes.Status201Created);

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, MachineReading reading, AuditTrail audit, TimeProvider clock)
    {
        var body = await context.ReadAsync(RestJson.Default.MachineCreate);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (Check(body.Value) is { } failure) return Problem.Of(failure);
        var made = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var machine = await NewAsync(db, request.ClusterId, body.Value, clock.GetUtcNow(), ct);
            db.Machines.Add(machine);
            await audit.AppendAsync(db, request.Audit("machine.prepare", $"machines/{machine.Name}"), ct);
            return await MachineReading.RowAsync(db, machine, ct);
        });
        return made.Match(row => JsonReplies.Created(
            context,
            $"/api/v1/clusters/{context.Cluster().Name}/machines/{row.Machine.Name}",
            MachineResponse.Of(row, reading.StateOf(row), whole: true),
            RestJson.Default.MachineShape,
            row.Tag));
    }

    private static Failure? Check(MachineCreate asked)
    {
        var errors = LabelRules.Check(asked.Labels).ToList();
        if (!JoinRequests.ReadName(asked.Name).Succeeded)
            errors.Insert(0, MachineNameError.At("/name"));
        return errors.Count > 0 ? CommonFailures.Invalid(errors) : null;
    }

    private static async Task<Machine> NewAsync(
        ClusterDbContext db, Guid cluster, MachineCreate asked, DateTimeOffset now, CancellationToken ct)
    {
        var name = JoinRequests.ReadName(asked.Name).Value;
        if (await db.Machines.AnyAsync(m => m.ClusterId == cluster && m.Name == name, ct))
            throw new RefusedException(CommonFailures.NameTaken("machine", name));
        var group = asked.Group ?? KnownGroup.DefaultName;
        if (await GroupReading.RunningAsync(db, cluster, group, ct) is not { } found)
            throw new RefusedException(CommonFailures.UnknownGroup(group));
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
