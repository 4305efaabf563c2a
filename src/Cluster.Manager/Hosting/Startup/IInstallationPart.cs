using Cluster.Storage;

namespace Cluster.Manager.Hosting.Startup;

/// <summary>What a feature puts into a new installation, in the one transaction that makes it.</summary>
internal interface IInstallationPart
{
    /// <summary>Adds the rows. What cannot be in the transaction, a file for example, must be durable when this returns.</summary>
    Task AddAsync(ClusterDbContext db, CancellationToken ct);

    /// <summary>Removes what was made outside the database: the installation exists already, or another manager made it first.</summary>
    void Withdraw();
}
