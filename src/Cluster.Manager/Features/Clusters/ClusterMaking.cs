using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Groups;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>
/// Makes clusters: revision 0 in epoch 1 holds the group that machines join by default and the demo certificate, nothing else.
/// </summary>
internal sealed class ClusterMaking(AuditTrail audit, DemoCertificate demo, TimeProvider clock)
{
    /// <summary>Makes a cluster in the caller's unit of work.</summary>
    public async Task<ManagedCluster> MakeAsync(ClusterDbContext db, WriteRequest request, string name, CancellationToken ct)
    {
        if (await db.Clusters.AnyAsync(c => c.Name == name, ct)) throw new RefusedException(CommonFailures.NameTaken("cluster", name));
        var now = clock.GetUtcNow();
        var cluster = new ManagedCluster
        {
            Id = Guid.CreateVersion7(now),
            Name = name,
            EpochNumber = 1,
            EpochId = Guid.CreateVersion7(now),
            CreatedAt = now
        };
        db.Clusters.Add(cluster);
        await AddFirstGroupAsync(db, cluster.Id, now, ct);
        // A dry run makes no key.
        if (!request.DryRun) await demo.AddAsync(db, cluster.Id, ct);
        await audit.AppendAsync(db, request.AuditInstallation("cluster.create", $"clusters/{name}"), ct);
        db.Unit.Announce(Guid.Empty);
        return cluster;
    }

    private static async Task AddFirstGroupAsync(ClusterDbContext db, Guid cluster, DateTimeOffset now, CancellationToken ct)
    {
        var group = new MachineGroup { Id = Guid.CreateVersion7(now), ClusterId = cluster, Name = KnownGroup.DefaultName, CreatedAt = now };
        var document = SettingsDocument.Of(new GroupSettings());
        db.Groups.Add(group);
        await RevisionWriter.AddDocumentsAsync(db, [document], ct);
        GroupItems.AddFirst(db, group, document, now);
    }
}
