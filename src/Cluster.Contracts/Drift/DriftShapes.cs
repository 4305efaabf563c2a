namespace Cluster.Contracts.Drift;

/// <summary>A difference on a host that the agent did not make.</summary>
public sealed record DriftShape
{
    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Name of the service.</summary>
    public required string Service { get; init; }

    /// <summary>Where: a file or a parameter.</summary>
    public required string Path { get; init; }

    /// <summary>What differs, for people.</summary>
    public required string What { get; init; }

    /// <summary>Since when it has been seen.</summary>
    public required DateTimeOffset Since { get; init; }
}
