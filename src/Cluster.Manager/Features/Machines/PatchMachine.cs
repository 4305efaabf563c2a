using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Domain.Failures;
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

/// <summary>Changes the inventory of a machine: at once, audited, never rolled back.</summary>
internal sealed class PatchMachine(AuditTrail audit)
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapPatch("/{m}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("patchMachine", "Changes name, group, labels or mode of a machine; takes effect at once.")
        .Patch<MachinePatch>("""{"group":"edge","labels":{"site":"vie"}}""")
        .Returns<MachineShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, MachineReading reading, PatchMachine patching, string m)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        var cluster = context.Cluster().Id;
        var outcome = await database.WriteAsync<Outcome<MachineRow>>(
            cluster,
            async (db, ct) =>
            {
                if (await MachineReading.FindAsync(db, cluster, m, ct) is not { } machine) return CommonFailures.NotFound("machine", m);
                if (context.CheckConditions(MachineRow.TagOf(machine)) is { } precondition) return precondition;
                if (await patching.ChangeAsync(context, db, machine, patch.Value, ct) is { } failure) return failure;
                if (context.IsDryRun()) db.Unit.RollBack();
                return (await MachineReading.WithStatusAsync(db, cluster, [machine], ct))[0];
            },
            context.RequestAborted);
        return outcome.Match(r => Answers.Live(context, reading.Show(r, whole: true), RestJson.Default.MachineShape, r.Tag));
    }

    private async Task<Failure?> ChangeAsync(HttpContext context, ClusterDbContext db, Machine machine, JsonElement patch, CancellationToken ct)
    {
        var group = await db.Groups.Where(g => g.Id == machine.GroupId).Select(g => g.Name).SingleAsync(ct);
        var now = new MachinePatch { Name = machine.Name, Group = group, Labels = MachineView.LabelsOf(machine.Labels), Mode = machine.Mode };
        var read = MergePatch.Apply(now, patch, RestJson.Default.MachinePatch);
        if (!read.Succeeded) return read.Failure;
        var asked = read.Value;
        if (Check(asked) is { } invalid) return invalid;
        var name = JoinRequests.ReadName(asked.Name!).Value;
        if (name != machine.Name && await db.Machines.AnyAsync(o => o.ClusterId == machine.ClusterId && o.Name == name, ct)) return CommonFailures.NameTaken("machine", name);
        var target = await GroupReading.RunningAsync(db, machine.ClusterId, asked.Group!, ct);
        if (target is null && asked.Group != group) return CommonFailures.Invalid("/group", "unknown-group", $"There is no group '{asked.Group}'.");

        var changes = Changes(now, asked with { Name = name });
        if (changes.Count == 0) return null;
        var entry = context.Audit("machine.update", $"machines/{machine.Name}", changes);
        machine.Name = name;
        machine.GroupId = target?.Id ?? machine.GroupId;
        machine.Labels = StoredLabels.Write(asked.Labels ?? new Dictionary<string, string>());
        machine.Mode = asked.Mode!.Value;
        await audit.AppendAsync(db, entry, ct);
        return null;
    }

    private static Failure? Check(MachinePatch asked)
    {
        var errors = Labels.Check(asked.Labels ?? new Dictionary<string, string>()).ToList();
        if (asked.Name is null || !JoinRequests.ReadName(asked.Name).Succeeded) errors.Insert(0, new FieldError("/name", "machine-name", "A machine's name is a host name (RFC 1123) and not of UUID form."));
        if (asked.Group is null) errors.Add(new FieldError("/group", "required", "A machine is in exactly one group; name another one."));
        if (asked.Mode is null) errors.Add(new FieldError("/mode", "required", "A machine has a mode: observe or enforce."));
        return errors.Count > 0 ? CommonFailures.Invalid(errors) : null;
    }

    private static JsonObject Changes(MachinePatch before, MachinePatch after)
    {
        var changes = new JsonObject();
        if (before.Name != after.Name) changes["name"] = after.Name;
        if (before.Group != after.Group) changes["group"] = after.Group;
        if (before.Mode != after.Mode) changes["mode"] = EnumNames.Of(after.Mode!.Value);
        if (StoredLabels.Write(before.Labels!) != StoredLabels.Write(after.Labels ?? new Dictionary<string, string>())) changes["labels"] = "changed";
        return changes;
    }
}
