namespace Cluster.Contracts.Bundles;

/// <summary>What a machine is given: the list of its parts. Its hash is SHA-256 over exactly its canonical bytes.</summary>
public sealed record Bundle
{
    /// <summary>The schema version that this build writes.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Version of the bundle's own format; an agent refuses one that it does not know.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>One entry a service, ordered by name.</summary>
    public required IReadOnlyList<BundlePart> Parts { get; init; }
}

/// <summary>Which part a service gets.</summary>
public sealed record BundlePart
{
    /// <summary>Name of the service on the host.</summary>
    public required string Service { get; init; }

    /// <summary>Hash of the part, lower-case hex SHA-256 over exactly the bytes sent.</summary>
    public required string Sha256 { get; init; }
}
