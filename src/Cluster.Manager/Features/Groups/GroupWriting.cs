using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Groups;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Groups;

/// <summary>A group after it was written, and where the write went.</summary>
internal sealed record WrittenGroup(KnownGroup Group, bool Created, WriteReceipt Outcome)
{
    /// <summary>Answers with it.</summary>
    public IResult Answer(HttpContext context)
    {
        Outcome.SetHeaders(context);
        context.Response.Headers.ETag = Group.Tag;
        return Answers.Json(Group.Show(), RestJson.Default.GroupShape, Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }
}

/// <summary>Writes groups: the item is committed or staged; the row that gives the group its id exists from its first mention on.</summary>
internal sealed class GroupWriting(GroupReading reading, CommitOrStage writer, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Creates or changes a group; <paramref name="change"/> gets what it is now (null = it does not exist) and says what it should be.</summary>
    public async Task<Outcome<WrittenGroup>> WriteAsync(
        HttpContext context, ClusterDbContext db, string name, Func<GroupWrite?, Outcome<GroupWrite>> change, CancellationToken ct)
    {
        var write = WriteRequest.From(context);
        if (!write.Succeeded) return write.Failure;
        var all = await reading.AllAsync(db, write.Value.ClusterId, write.Value.ChangeSetId, ct);
        if (!all.Succeeded) return all.Failure;
        var current = all.Value.FirstOrDefault(g => g.Row.Name == name);
        if (context.CheckConditions(current?.Tag) is { } precondition) return precondition;
        var asked = change(current is null ? null : new GroupWrite { Name = name, Description = current.Show().Description });
        if (!asked.Succeeded) return asked.Failure;
        if (Check(asked.Value) is { } failure) return failure;

        var row = await RowAsync(db, write.Value.ClusterId, current?.Row.Id, name, ct);
        if (await RenameAsync(context, db, row, asked.Value.Name ?? name, write.Value, ct) is { } refused) return refused;
        var document = SettingsDocument.FromElement(Kinds.Groups, JsonSerializer.SerializeToElement(new GroupSettings { Description = asked.Value.Description }, ContractsJson.Default.GroupSettings));
        var edit = GroupItems.Put(row.Id, document);
        await db.SaveChangesAsync(ct);
        var outcome = await writer.WriteAsync(db, write.Value, [edit], current is null ? "groups.create" : "groups.put", ct);
        if (!outcome.Succeeded) return outcome.Failure;
        return new WrittenGroup(new KnownGroup(row, edit.ToItem()!, current?.Machines ?? 0), current is null, outcome.Value);
    }

    private static Failure? Check(GroupWrite asked)
    {
        const int Longest = 1024;
        var errors = new List<FieldError>();
        if (asked.Name is { } name && ItemNames.Check(Kinds.Groups, name, "/name") is { } error) errors.Add(error);
        if (asked.Description?.Length > Longest) errors.Add(new FieldError("/description", "length", $"A description has at most {Longest} characters."));
        return errors.Count > 0 ? CommonFailures.Invalid(errors) : null;
    }

    // A group that is only staged has a row that counts as deleted until the commit; deleting and making it again gives it a new id.
    private async Task<MachineGroup> RowAsync(ClusterDbContext db, Guid cluster, Guid? known, string name, CancellationToken ct)
    {
        if (known is { } id) return await db.Groups.AsTracking().SingleAsync(g => g.Id == id, ct);
        var now = clock.GetUtcNow();
        var row = new MachineGroup { Id = Guid.CreateVersion7(now), ClusterId = cluster, Name = name, CreatedAt = now, DeletedAt = now };
        db.Groups.Add(row);
        return row;
    }

    private async Task<Failure?> RenameAsync(HttpContext context, ClusterDbContext db, MachineGroup row, string name, WriteRequest write, CancellationToken ct)
    {
        if (row.Name == name) return null;
        if (write.ChangeSetId is not null) return new Failure(FailureCategory.Invalid, "not-stageable", "A new name takes effect at once and cannot be staged; rename without Change-Set.");
        if (await GroupReading.RunningAsync(db, row.ClusterId, name, ct) is not null) return CommonFailures.NameTaken("group", name);
        await audit.AppendAsync(db, context.Audit("group.rename", $"groups/{row.Name}", new JsonObject { ["to"] = name }), ct);
        row.Name = name;
        return null;
    }
}
