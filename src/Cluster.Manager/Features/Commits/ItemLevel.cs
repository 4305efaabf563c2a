using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>A level of the request, found in the cluster.</summary>
/// <param name="Kind">Kind of the level.</param>
/// <param name="Id">Id of the group or machine; the cluster's id at cluster level.</param>
/// <param name="Name">As people write it.</param>
/// <param name="GroupId">Group of the machine, or the group itself; null at cluster level.</param>
/// <param name="Writable">False for the layer of a departed machine, which is only kept.</param>
internal sealed record ItemLevel(LevelKind Kind, Guid Id, LevelName Name, Guid? GroupId, bool Writable)
{
    /// <summary>The key of an item at this level.</summary>
    public ItemKey Key(string kind, string name) => ItemKey.Of(Kind, Id, kind, name);

    /// <summary>The key of an item of the kind that has these documents.</summary>
    public ItemKey Key<T>(string name)
        where T : class, ISettingsDocument => Key(T.Kind, name);

    /// <summary>
    /// Finds the level that a text names; absent = the cluster. A machine is found by name or id. Refuses one that does not exist.
    /// </summary>
    public static async Task<ItemLevel> FindAsync(ClusterDbContext db, Guid clusterId, string? text, CancellationToken ct) =>
        (await TryFindAsync(db, clusterId, text, ct)).OrRefuse();

    /// <summary>Finds it; that it does not exist is a value.</summary>
    public static async Task<Outcome<ItemLevel>> TryFindAsync(ClusterDbContext db, Guid clusterId, string? text, CancellationToken ct)
    {
        if (text is null or "cluster") return new ItemLevel(LevelKind.Cluster, clusterId, LevelName.Cluster, null, true);
        if (!LevelName.TryParse(text, out var level))
            return CommonFailures.InvalidParameter("level", "it is cluster, group:NAME or machine:NAME.");
        if (level.Kind == LevelKind.Group)
        {
            var group = await db.Groups.AsNoTracking()
                .SingleOrDefaultAsync(g => g.ClusterId == clusterId && g.Name == level.Name && g.DeletedAt == null, ct);
            return group is null
                ? CommonFailures.NotFound("group", level.Name)
                : new ItemLevel(LevelKind.Group, group.Id, level, group.Id, true);
        }

        var id = Guid.TryParse(level.Name, out var parsed) ? parsed : Guid.Empty;
        var machine = await db.Machines.AsNoTracking()
            .SingleOrDefaultAsync(m => m.ClusterId == clusterId && (m.Id == id || m.Name == level.Name), ct);
        return machine is null
            ? CommonFailures.NotFound("machine", level.Name)
            : new ItemLevel(
                LevelKind.Machine,
                machine.Id,
                new LevelName(LevelKind.Machine, machine.Name),
                machine.GroupId,
                machine.Status is not (MachineStatus.Departed or MachineStatus.Banned));
    }

    /// <summary>Finds a level that is to be written.</summary>
    public static async Task<ItemLevel> FindWritableAsync(ClusterDbContext db, Guid clusterId, string? text, CancellationToken ct)
    {
        var found = await FindAsync(db, clusterId, text, ct);
        return found.Writable ? found : throw new RefusedException(LayerDeparted(found));
    }

    private static Failure LayerDeparted(ItemLevel level) => new(
        FailureCategory.Conflict,
        ProblemCodes.LayerDeparted,
        $"The machine '{level.Name.Name}' has departed; its layer is kept and can be read, "
            + "not written.");
}
