namespace Cluster.Contracts.Drift;

/// <summary>A difference on a host that the agent did not make.</summary>
public sealed record DriftShape
{
    /// <summary>Label of the machine that reported the difference.</summary>
    public required string Machine { get; init; }

    /// <summary>The service on it, as its local file names it.</summary>
    public required string Service { get; init; }

    /// <summary>Where: a file or a parameter.</summary>
    public required string Path { get; init; }

    /// <summary>What differs, for people.</summary>
    public required string What { get; init; }

    /// <summary>Since when it has been seen.</summary>
    public required DateTimeOffset Since { get; init; }
}
