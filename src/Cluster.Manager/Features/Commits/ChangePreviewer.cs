using Cluster.Domain.ChangeSets;
using Cluster.Domain.Fleet;
using Cluster.Manager.Features.Fleet;
using Cluster.Storage;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Commits;

/// <summary>Gathers what decides about a change: the running configuration, the merged one, the fleet and the certificates.</summary>
internal sealed class ChangePreviewer(
    SnapshotStore snapshots,
    FleetReader fleet,
    CertificateContents certificates,
    EvaluationCache evaluations,
    IMxRecordSource mx,
    TimeProvider clock)
{
    /// <summary>Gathers it; edits that change nothing are left out.</summary>
    public async Task<ChangePreview> PreviewAsync(
        ClusterDbContext db, ManagedCluster cluster, IReadOnlyCollection<StagedEdit> edits, string author, CancellationToken ct)
    {
        var now = Instants.Cut(clock.GetUtcNow());
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var effective = ChangeSetRules.Effective(running, GroupItems.WithLayers(running, edits));
        var after = ChangeSetRules.Overlay(running, effective, author, now);
        var facts = await fleet.ReadAsync(db, cluster.Id, ct);
        var before = new ResolvedConfiguration(running, facts);
        return new ChangePreview
        {
            Running = before,
            Changed = effective.Count == 0 ? before : new ResolvedConfiguration(after, facts),
            Edits = effective,
            Certificates = await certificates.LoadAsync(db, cluster.Id, [running, after], ct),
            Evaluate = evaluations.For(cluster.Id, ct),
            ReadFacts = content => evaluations.Facts(cluster.Id, content),
            Mx = mx.For(cluster.Id),
            Now = now,
        };
    }
}
