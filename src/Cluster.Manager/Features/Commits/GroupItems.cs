using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>
/// The item that says that a group exists. The group's row gives it an identity and exists from its first mention on (also while
/// only staged); whether the group exists in a revision is this item.
/// </summary>
internal static class GroupItems
{
    /// <summary>The edit that creates or changes a group.</summary>
    public static StagedEdit Put(Guid groupId, SettingsDocument document) =>
        new() { Key = ItemKey.OfGroup(groupId), Name = Kinds.SingletonName, Kind = EditKind.Put, Document = document };

    /// <summary>The edit that deletes a group; its settings go with it.</summary>
    public static StagedEdit Delete(Guid groupId) =>
        new() { Key = ItemKey.OfGroup(groupId), Name = Kinds.SingletonName, Kind = EditKind.Delete };

    /// <summary>Adds the first group to a cluster that is being made: it exists from revision 0 on.</summary>
    /// <param name="db">Context of the unit that makes the cluster.</param>
    /// <param name="group">The group's row.</param>
    /// <param name="document">Its document, stored by the caller.</param>
    /// <param name="now">When.</param>
    public static void AddFirst(ClusterDbContext db, MachineGroup group, SettingsDocument document, DateTimeOffset now)
    {
        db.Items.Add(new ItemVersion
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = group.ClusterId,
            LevelKind = LevelKind.Group,
            LevelId = group.Id,
            Kind = GroupSettings.Kind,
            Name = Kinds.SingletonName,
            NormalizedName = Kinds.SingletonName,
            DocumentHash = document.Hash,
            FromRevision = 0,
        });
    }

    /// <summary>Completes edits: whoever deletes a group deletes what its level defines.</summary>
    public static IReadOnlyCollection<StagedEdit> WithLayers(ConfigurationSnapshot running, IReadOnlyCollection<StagedEdit> edits)
    {
        var deleted = edits.Where(e => e.Key.Is<GroupSettings>() && e.Kind == EditKind.Delete).Select(e => e.Key.LevelId).ToHashSet();
        if (deleted.Count == 0) return edits;
        var layers = running.Items
            .Where(i => i.Key.LevelKind == LevelKind.Group && !i.Key.Is<GroupSettings>() && deleted.Contains(i.Key.LevelId))
            .Select(i => new StagedEdit { Key = i.Key, Name = i.Name, Kind = EditKind.Delete, BaseVersionId = i.VersionId });
        return [
            .. edits.Where(e => e.Key.Is<GroupSettings>() || e.Key.LevelKind != LevelKind.Group || !deleted.Contains(e.Key.LevelId)),
            .. layers
        ];
    }

    /// <summary>Makes the rows of groups follow a commit.</summary>
    /// <returns>The name of a group that cannot come back because another one has its name; null = all is well.</returns>
    public static async Task<string?> FollowAsync(
        ClusterDbContext db, IReadOnlyCollection<StagedEdit> edits, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var edit in edits.Where(e => e.Key.Is<GroupSettings>()))
        {
            var group = await db.Groups.AsTracking().SingleAsync(g => g.Id == edit.Key.LevelId, ct);
            if (edit.Kind == EditKind.Put && group.DeletedAt is not null)
            {
                if (await db.Groups.AnyAsync(
                    g => g.ClusterId == group.ClusterId && g.Name == group.Name && g.DeletedAt == null && g.Id != group.Id, ct))
                    return group.Name;
                group.DeletedAt = null;
            }

            if (edit.Kind == EditKind.Delete) group.DeletedAt = now;
        }

        return null;
    }
}
