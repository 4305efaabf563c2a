namespace Cluster.Contracts.Levels;

/// <summary>A level as people write it: <c>cluster</c>, <c>group:NAME</c> or <c>machine:NAME</c>.</summary>
/// <param name="Kind">Which kind of level.</param>
/// <param name="Name">Name of the group or machine; empty for the cluster.</param>
public readonly record struct LevelName(LevelKind Kind, string Name)
{
    /// <summary>The level of the whole cluster.</summary>
    public static LevelName Cluster { get; } = new(LevelKind.Cluster, "");

    /// <summary>Reads a level as it stands in a query or document.</summary>
    /// <returns>False when the text is none of the three forms.</returns>
    public static bool TryParse(string? text, out LevelName level)
    {
        level = Cluster;
        if (text is null or "cluster") return text is not null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1) return false;
        var kind = text[..colon] switch { "group" => LevelKind.Group, "machine" => LevelKind.Machine, _ => LevelKind.Cluster };
        level = new LevelName(kind, text[(colon + 1)..]);
        return kind != LevelKind.Cluster;
    }

    /// <summary>Returns the written form.</summary>
    public override string ToString() => Kind switch
    {
        LevelKind.Group => $"group:{Name}",
        LevelKind.Machine => $"machine:{Name}",
        _ => "cluster",
    };
}
