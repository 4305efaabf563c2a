using Cluster.Agent.Drivers.Refusals;

namespace Cluster.Agent.Drivers;

/// <summary>The sides of a difference, kept apart; what is not known is null. Texts are for people and never key material.</summary>
internal sealed record DifferenceSides
{
    /// <summary>Kind of the item that the difference belongs to; null = it belongs to no single item.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of that item.</summary>
    public string? Name { get; init; }

    /// <summary>What was applied and should be there.</summary>
    public string? Intended { get; init; }

    /// <summary>What the files say.</summary>
    public string? OnDisk { get; init; }

    /// <summary>What clients see.</summary>
    public string? OnWire { get; init; }

    /// <summary>When the file that differs was last written, by its own time.</summary>
    public DateTimeOffset? FileModifiedAt { get; init; }

    /// <summary>User who owns that file; its number when the host knows no name for it.</summary>
    public string? FileOwner { get; init; }

    /// <summary>Says which item it belongs to; null leaves that open.</summary>
    public DifferenceSides Of(ItemName? item) => item is { } known ? this with { Kind = known.Kind, Name = known.Name } : this;
}
