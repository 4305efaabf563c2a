namespace Cluster.Domain.Settings;

/// <summary>How long texts may be that people write for people, in UTF-16 code units.</summary>
public static class TextLimits
{
    /// <summary>What a group or a change set is for.</summary>
    public const int Description = 1000;

    /// <summary>Why a revision was made.</summary>
    public const int Comment = 2000;
}
