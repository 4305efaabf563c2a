using Cluster.Contracts.Drift;
using Cluster.Contracts.Effective;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Drift;

/// <summary>Shows differences with what the manager knows of the items that they belong to, as the host has applied them.</summary>
/// <param name="snapshots">The configuration at a revision.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="fleet">Its groups and machines.</param>
internal sealed class DriftResponse(SnapshotStore snapshots, ManagedCluster cluster, FleetFacts fleet)
{
    private readonly Dictionary<(Guid Machine, long Revision), EffectiveConfiguration> resolved = [];

    /// <summary>Adds to a reported difference where its item comes from and what happens to it.</summary>
    public async Task<DriftShape> ShowAsync(ClusterDbContext db, DriftRow row, CancellationToken ct)
    {
        var effective = await AppliedAsync(db, row, ct);
        var report = row.Report;
        var item = report is { Kind: { } kind, Name: { } name } ? effective.Find(kind, name)?.Item : null;
        var level = item is null ? null : fleet.LevelOf(item.Key.LevelKind, item.Key.LevelId).ToString();
        var policy = PolicyOf(row, effective);
        return new DriftShape
        {
            Machine = row.Machine.Name,
            Service = row.Service.Name,
            Path = report.Path,
            What = report.What,
            Since = report.Since,
            Level = level,
            Kind = report.Kind,
            Name = report.Name,
            Intended = report.Intended,
            OnDisk = report.OnDisk,
            OnWire = report.OnWire,
            FileModifiedAt = report.FileModifiedAt,
            FileOwner = report.FileOwner,
            DefinedBy = item is null
                ? null
                : new OriginShape { Level = level!, Revision = item.Revision, Author = item.Author, At = item.At },
            Policy = policy,
            State = policy == DriftPolicy.Repair && MayRepair(row) ? DriftState.Repairing : DriftState.Open,
        };
    }

    // What was observed only, or is held by the host's administrator, is left as it is whatever the policy says.
    private static bool MayRepair(DriftRow row) =>
        row.Report.CanBeRepaired && row.Machine.Mode == MachineMode.Enforce && row.Machine.Status.Hold is null;

    // A service that does not know the policy is not told of it.
    private DriftPolicy PolicyOf(DriftRow row, EffectiveConfiguration effective)
    {
        var services = fleet.Machines.FirstOrDefault(m => m.Id == row.Machine.Id)?.Services ?? [];
        var features = services.FirstOrDefault(s => s.Name == row.Service.Name)?.Features;
        var knows = features?.Contains(Contracts.Bundles.Features.DriftRepair) is true;
        return knows ? effective.Singleton<AgentSettings>()?.Drift?.Of(row.Service.Name) ?? DriftPolicy.Report : DriftPolicy.Report;
    }

    private async Task<EffectiveConfiguration> AppliedAsync(ClusterDbContext db, DriftRow row, CancellationToken ct)
    {
        // A revision of another history than this one's is not known here.
        var applied = row.Service.Applied?.Revision ?? 0;
        var revision = applied > 0 && applied <= cluster.Revision ? applied : cluster.Revision;
        if (resolved.TryGetValue((row.Machine.Id, revision), out var known)) return known;
        var snapshot = await snapshots.AtAsync(db, cluster, revision, ct);
        return resolved[(row.Machine.Id, revision)] = EffectiveResolver.Resolve(snapshot, row.Machine.GroupId, row.Machine.Id);
    }
}
