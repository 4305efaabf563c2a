using Cluster.Contracts.Levels;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.ChangeSets;

/// <summary>An edit of an item that somebody else changed after it was first staged.</summary>
/// <param name="Mine">The edit.</param>
/// <param name="Theirs">What runs now; null = the level does not define it any more.</param>
public sealed record EditConflict(StagedEdit Mine, Item? Theirs);

/// <summary>How staged edits meet the running configuration.</summary>
public static class ChangeSetRules
{
    /// <summary>Returns the running configuration overlaid with the edits.</summary>
    public static ConfigurationSnapshot Overlay(
        ConfigurationSnapshot running, IEnumerable<StagedEdit> edits, string author = "", DateTimeOffset? at = null) =>
        running.With(edits.Select(edit => KeyValuePair.Create(edit.Key, edit.ToItem(author, at))));

    /// <summary>Returns the edits whose items changed since they were first staged, also when both changes say the same.</summary>
    public static IReadOnlyList<EditConflict> Conflicts(ConfigurationSnapshot running, IEnumerable<StagedEdit> edits) =>
        [.. edits.Select(edit => new EditConflict(edit, running.Find(edit.Key)))
            .Where(c => c.Theirs?.VersionId != c.Mine.BaseVersionId)
            .OrderBy(c => c.Mine.Key)];

    /// <summary>Returns the edits that change something.</summary>
    public static IReadOnlyList<StagedEdit> Effective(ConfigurationSnapshot running, IEnumerable<StagedEdit> edits) =>
        [.. edits.Where(edit => !Item.SameContent(running.Find(edit.Key), edit.ToItem())).OrderBy(edit => edit.Key)];

    /// <summary>Returns the edits that delete everything that a level defines.</summary>
    public static IReadOnlyList<StagedEdit> Emptying(ConfigurationSnapshot running, LevelKind kind, Guid levelId) =>
        [
            .. running.At(kind, levelId)
                .Select(i => new StagedEdit { Key = i.Key, Name = i.Name, Kind = EditKind.Delete, BaseVersionId = i.VersionId })
        ];
}
