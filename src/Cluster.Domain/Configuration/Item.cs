using System.Diagnostics.CodeAnalysis;

namespace Cluster.Domain.Configuration;

/// <summary>One item at one level, as it holds at a revision or as a change set stages it.</summary>
public sealed record Item
{
    /// <summary>What identifies it.</summary>
    public required ItemKey Key { get; init; }

    /// <summary>Name as written.</summary>
    public required string Name { get; init; }

    /// <summary>Its document; null = the object is hidden at this level.</summary>
    public SettingsDocument? Document { get; init; }

    /// <summary>Id of the stored version; null = staged.</summary>
    public Guid? VersionId { get; init; }

    /// <summary>Revision that made this version; 0 for what a cluster begins with and for staged edits.</summary>
    public long Revision { get; init; }

    /// <summary>Name of the token that committed it.</summary>
    public string Author { get; init; } = "";

    /// <summary>When it was made; null when not known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Whether the named object is hidden at this level.</summary>
    [MemberNotNullWhen(false, nameof(Document))]
    public bool Hidden => Document is null;

    /// <summary>Whether two versions say the same: same name as written, same document or both hidden.</summary>
    public static bool SameContent(Item? one, Item? other) =>
        one is null || other is null
            ? one is null && other is null
            : one.Name == other.Name && one.Document?.Hash == other.Document?.Hash;
}
