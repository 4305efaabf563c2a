using System.Text.Json;
using System.Text.Json.Nodes;
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

/// <summary>Changes the inventory of a machine: at once, audited, never rolled back.</summary>
internal sealed class PatchMachine(AuditTrail audit)
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapPatch("/{m}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "patchMachine",
            "Changes name, group, labels or mode of a machine; takes effect at once.",
            "Moving a machine to another group changes what holds for it; the host gets it without a rollout. In mode observe the "
                + "agent reports and changes nothing.")
        .Patch<MachinePatch>("""{"group":"edge","labels":{"site":"vie"}}""")
        .Returns<MachineShape>();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, MachineReading reading, PatchMachine patching, string m)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        var changed = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var machine = await MachineReading.OpenAsync(db, request, m, ct);
            await patching.ChangeAsync(db, request, machine, patch.Value, ct);
            return await MachineReading.RowAsync(db, machine, ct);
        });
        return changed.Match(row => MachineResponse.Answer(context, row, reading.StateOf(row)));
    }

    private async Task ChangeAsync(ClusterDbContext db, WriteRequest request, Machine machine, JsonElement patch, CancellationToken ct)
    {
        var group = await db.Groups.Where(g => g.Id == machine.GroupId).Select(g => g.Name).SingleAsync(ct);
        var now = new MachinePatch { Name = machine.Name, Group = group, Labels = StoredLabels.Read(machine.Labels), Mode = machine.Mode };
        var asked = MergePatch.Apply(now, patch, RestJson.Default.MachinePatch).OrRefuse();
        Check(asked).OrRefuse();
        var name = JoinRequests.ReadName(asked.Name!).Value;
        if (name != machine.Name && await db.Machines.AnyAsync(o => o.ClusterId == machine.ClusterId && o.Name == name, ct))
            throw new RefusedException(CommonFailures.NameTaken("machine", name));
        var target = await GroupReading.RunningAsync(db, machine.ClusterId, asked.Group!, ct);
        if (target is null && asked.Group != group)
            throw new RefusedException(CommonFailures.UnknownGroup(asked.Group!));

        var changes = Changes(now, asked with { Name = name });
        if (changes.Count == 0) return;
        var entry = request.Audit("machine.update", $"machines/{machine.Name}", changes);
        machine.Name = name;
        machine.GroupId = target?.Id ?? machine.GroupId;
        machine.Labels = StoredLabels.Write(asked.Labels ?? new Dictionary<string, string>());
        machine.Mode = asked.Mode!.Value;
        await audit.AppendAsync(db, entry, ct);
    }

    private static Failure? Check(MachinePatch asked)
    {
        var errors = LabelRules.Check(asked.Labels).ToList();
        if (asked.Name is null || !JoinRequests.ReadName(asked.Name).Succeeded)
            errors.Insert(0, MachineNameError.At("/name"));
        if (asked.Group is null) errors.Add(
            new FieldError("/group", FieldErrorCodes.Required, "A machine is in exactly one group; name another one."));
        if (asked.Mode is null) errors.Add(
            new FieldError("/mode", FieldErrorCodes.Required, "A machine must have a mode: observe or enforce."));
        return errors.Count > 0 ? CommonFailures.Invalid(errors) : null;
    }

    private static JsonObject Changes(MachinePatch before, MachinePatch after)
    {
        var changes = new JsonObject();
        if (before.Name != after.Name) changes["name"] = after.Name;
        if (before.Group != after.Group) changes["group"] = after.Group;
        if (before.Mode != after.Mode) changes["mode"] = EnumNames.Of(after.Mode!.Value);
        if (StoredLabels.Write(before.Labels!) != StoredLabels.Write(after.Labels ?? new Dictionary<string, string>()))
            changes["labels"] = "changed";
        return changes;
    }
}
