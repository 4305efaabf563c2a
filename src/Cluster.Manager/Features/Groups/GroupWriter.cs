using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Groups;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Groups;

/// <summary>A group that is to be written, as the unit of work found it.</summary>
/// <param name="Db">Context of the unit.</param>
/// <param name="Request">The request.</param>
/// <param name="Name">Its name in the path.</param>
/// <param name="Current">What it is now; null = it does not exist.</param>
internal sealed record GroupTarget(ClusterDbContext Db, WriteRequest Request, string Name, KnownGroup? Current)
{
    /// <summary>Reads a body; refuses one that does not fit.</summary>
    public GroupWrite Read(JsonElement body)
    {
        var asked =
            ComputedMembers.Read(body, Current?.Show(), RestJson.Default.GroupShape, RestJson.Default.GroupWrite).OrRefuse();
        var errors = new List<FieldError>();
        if (asked.Name is { } name && ItemNames.Check(GroupSettings.Kind, name, "/name") is { } error) errors.Add(error);
        if (asked.Description?.Length > TextLimits.Description)
            errors.Add(
                new FieldError("/description", FieldErrorCodes.Length, $"A description has at most {TextLimits.Description} characters."));
        errors.OrRefuse();
        return asked;
    }
}

/// <summary>A group after it was written, and where the write went.</summary>
internal sealed record WrittenGroup(KnownGroup Group, bool Created, WriteReceipt Receipt)
{
    public IResult Answer(HttpContext context)
    {
        Receipt.SetHeaders(context);
        context.Response.Headers.ETag = Group.Tag;
        return JsonReplies.Json(
            Group.Show(), RestJson.Default.GroupShape, Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }
}

/// <summary>Writes groups: the item is committed or staged; the row that gives the group its id exists from its first mention on.</summary>
internal sealed class GroupWriter(GroupReading reading, CommitOrStage commits, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Finds what is to be written and checks the conditions of the request.</summary>
    public async Task<GroupTarget> OpenAsync(ClusterDbContext db, WriteRequest request, string name, CancellationToken ct)
    {
        var all = await reading.AllAsync(db, request.ClusterId, request.ChangeSetId, ct);
        var current = all.FirstOrDefault(g => g.Row.Name == name);
        request.CheckConditions(current?.Tag);
        return new GroupTarget(db, request, name, current);
    }

    /// <summary>Makes the group, or changes it; a new name takes effect at once.</summary>
    public async Task<WrittenGroup> StoreAsync(GroupTarget target, GroupWrite asked, CancellationToken ct)
    {
        var (db, request, current) = (target.Db, target.Request, target.Current);
        var row = await RowAsync(target, ct);
        if ((asked.Name ?? target.Name) is var name && name != row.Name) await RenameAsync(db, request, row, name, ct);
        var edit = GroupItems.Put(row.Id, SettingsDocument.Of(new GroupSettings { Description = asked.Description }));
        await db.SaveChangesAsync(ct);
        var receipt = await commits.RunAsync(db, request, [edit], current is null ? "groups.create" : "groups.put", ct);
        return new WrittenGroup(new KnownGroup(row, edit.ToItem()!, current?.Machines ?? 0), current is null, receipt);
    }

    // A group that is only staged has a row that counts as deleted until the commit; deleting and making it again gives it a new id.
    private async Task<MachineGroup> RowAsync(GroupTarget target, CancellationToken ct)
    {
        if (target.Current is { } known) return await target.Db.Groups.AsTracking().SingleAsync(g => g.Id == known.Row.Id, ct);
        var now = clock.GetUtcNow();
        var row = new MachineGroup
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = target.Request.ClusterId,
            Name = target.Name,
            CreatedAt = now,
            DeletedAt = now
        };
        target.Db.Groups.Add(row);
        return row;
    }

    private async Task RenameAsync(ClusterDbContext db, WriteRequest request, MachineGroup row, string name, CancellationToken ct)
    {
        if (request.ChangeSetId is not null) throw new RefusedException(NotStageable);
        if (await GroupReading.RunningAsync(db, row.ClusterId, name, ct) is not null)
            throw new RefusedException(CommonFailures.NameTaken("group", name));
        await audit.AppendAsync(db, request.Audit("group.rename", $"groups/{row.Name}", new JsonObject { ["to"] = name }), ct);
        row.Name = name;
    }

    private static Failure NotStageable { get; } = new(
        FailureCategory.Invalid,
        ProblemCodes.NotStageable,
        "A new name takes effect at once and cannot be staged; rename without Change-Set.");
}
