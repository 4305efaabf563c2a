using Cluster.Contracts.Json;
using Cluster.Domain.Fleet;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Storage;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Findings;

/// <summary>
/// Names everything but time that findings depend on, cheaply: reports of agents count the cluster's change counter up all the
/// time, and change none of it.
/// </summary>
internal sealed class FindingInputs(FleetReader fleet, MxRecordMemory mx)
{
    /// <summary>What is known without a query.</summary>
    public FindingsState StateOf(ManagedCluster cluster) => new(cluster.EpochId, cluster.Revision, mx.VersionOf(cluster.Id));

    /// <summary>Reads what else counts: machines with what they announce, marks of certificates, and keys.</summary>
    public async Task<string> ReadAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var facts = await fleet.ReadAsync(db, clusterId, ct);
        return CanonicalJson.Sha256($"{Text(facts)}|{await CertificateContents.StateAsync(db, clusterId, ct)}");
    }

    private static string Text(FleetFacts facts) =>
        string.Join(
            '|',
            facts.Groups.Select(g => $"{g.Id}{g.Name}").Concat(facts.Machines.Select(m => $"{m.Id}{m.Name}{m.GroupId}{m.CapabilityHash}")));
}

/// <summary>What findings depend on and is known without a query.</summary>
/// <param name="EpochId">Epoch of the cluster.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Mx">Count of changes of its MX answers.</param>
internal sealed record FindingsState(Guid EpochId, long Revision, long Mx);
