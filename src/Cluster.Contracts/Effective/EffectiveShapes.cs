using System.Text.Json;

namespace Cluster.Contracts.Effective;

/// <summary>What holds for a machine.</summary>
public sealed record EffectiveShape
{
    /// <summary>The running revision from which it was resolved.</summary>
    public required long Revision { get; init; }

    /// <summary>Hash of the bundle that it gives, lower-case hex SHA-256.</summary>
    public required string Bundle { get; init; }

    /// <summary>Every item that holds there, ordered by kind, then name.</summary>
    public required IReadOnlyList<EffectiveItemShape> Items { get; init; }
}

/// <summary>One item that holds for the machine, with where its value comes from.</summary>
public sealed record EffectiveItemShape
{
    /// <summary>Path segment of the item, for example <c>listeners</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name; <c>-</c> for a singleton.</summary>
    public required string Name { get; init; }

    /// <summary>The document; absent = hidden by the level of the origin.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>True when the nearest level hides the object; only with <c>explain</c>.</summary>
    public bool? Hidden { get; init; }

    /// <summary>Where the value comes from; only with <c>explain</c>.</summary>
    public OriginShape? Origin { get; init; }

    /// <summary>What farther levels say, nearest first; only with <c>explain</c>.</summary>
    public IReadOnlyList<OriginShape>? Overrides { get; init; }
}

/// <summary>Where a value comes from.</summary>
public sealed record OriginShape
{
    /// <summary>Level as written in queries.</summary>
    public required string Level { get; init; }

    /// <summary>Revision that made it; absent = staged.</summary>
    public long? Revision { get; init; }

    /// <summary>Name of the token that committed the value.</summary>
    public required string Author { get; init; }

    /// <summary>When; absent = not known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The document; only for what is overridden; absent = hidden there.</summary>
    public JsonElement? Value { get; init; }
}
