namespace Cluster.Storage.Installation;

/// <summary>
/// The lease of one running manager process. It counts up; whoever sees no higher count for a while, by a clock of its own that
/// only measures, takes the process for dead. So no two clocks are ever compared.
/// </summary>
public sealed class ManagerLease
{
    /// <summary>Id of the process, random at every start.</summary>
    public required Guid Id { get; init; }

    /// <summary>Grows while the process lives.</summary>
    public required long Beat { get; set; }
}
