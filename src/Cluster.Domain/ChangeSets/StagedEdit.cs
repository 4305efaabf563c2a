using Cluster.Domain.Configuration;

namespace Cluster.Domain.ChangeSets;

/// <summary>What an edit does.</summary>
public enum EditKind
{
    /// <summary>Defines the item.</summary>
    Put,

    /// <summary>Removes the definition at this level.</summary>
    Delete,

    /// <summary>Hides the named object at this level.</summary>
    Hide,
}

/// <summary>An edit of one item, staged or about to be committed.</summary>
public sealed record StagedEdit
{
    /// <summary>Level, kind and name of what is edited.</summary>
    public required ItemKey Key { get; init; }

    /// <summary>Name as written.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required EditKind Kind { get; init; }

    /// <summary>The document; null for delete and hide.</summary>
    public SettingsDocument? Document { get; init; }

    /// <summary>Version that was running when the item was first staged; null = the level did not define it.</summary>
    public Guid? BaseVersionId { get; init; }

    /// <summary>Returns the item as it will stand; null when the edit removes it.</summary>
    public Item? ToItem(string author = "", DateTimeOffset? at = null) =>
        Kind == EditKind.Delete
            ? null
            : new Item { Key = Key, Name = Name, Document = Kind == EditKind.Put ? Document : null, Author = author, At = at };
}
