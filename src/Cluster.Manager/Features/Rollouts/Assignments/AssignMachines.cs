using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;
using Cluster.Domain.Reports;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Fleet;
using Cluster.Storage.Rollouts;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Assignments;

/// <summary>A machine with what its next assignment is made from.</summary>
internal sealed record MoveTarget(Machine Machine, MachineReport Report, DesiredAssignment? Desired, RevisionTerms Terms);

/// <summary>
/// Moves desired inside the caller's unit of work. Machines that differ in nothing share one effective configuration and one
/// bundle, which is built once; a machine for which nothing changed gets nothing, one for which only the revision changed gets an
/// assignment with the bundle that it has.
/// </summary>
internal sealed class AssignMachines(
    SnapshotStore snapshots, CertificateContents certificates, ControlAuthority authority, TimeProvider clock)
{
    /// <summary>Moves the machines.</summary>
    /// <returns>Assignment number of every machine, new or as before.</returns>
    public async Task<IReadOnlyDictionary<Guid, long>> AssignAsync(
        ClusterDbContext db, ManagedCluster cluster, IReadOnlyList<MoveTarget> targets, CancellationToken ct)
    {
        var numbers = new Dictionary<Guid, long>(targets.Count);
        foreach (var revision in targets.GroupBy(t => t.Terms.Revision))
        {
            var snapshot = await snapshots.AtAsync(db, cluster, revision.Key, ct);
            var lookup = await certificates.LoadAsync(db, cluster.Id, [snapshot], ct);
            var bundles = new BundleShelf(snapshot, lookup);
            foreach (var target in revision) numbers[target.Machine.Id] = Assign(db, cluster, target, bundles.For(target));
            await StoreAsync(db, cluster.Id, bundles.Made, ct);
        }

        return numbers;
    }

    private long Assign(ClusterDbContext db, ManagedCluster cluster, MoveTarget target, BuiltBundle bundle)
    {
        var inputs = AssignmentInputs.Hash(target.Machine, target.Report, cluster.EpochId);
        var desired = target.Desired;
        if (desired is not null
            && desired.InputsHash == inputs
            && desired.BundleHash == bundle.Sha256
            && desired.Revision == target.Terms.Revision
            && SameTerms(desired, target.Terms))
            return desired.Number;

        var number = (desired?.Number ?? 0) + 1;
        var signed = Sign(cluster, target, bundle, number);
        if (desired is null) db.Desired.Add(desired = NewRow(cluster, target, signed));
        var goesBackToSame = target.Terms.ConfirmDeadline is null || IsAt(target.Report.Status, bundle, desired.UnchangedSince);
        if (desired.BundleHash != bundle.Sha256 || !goesBackToSame || MayHaveGoneBack(desired)) desired.UnchangedSince = number;
        desired.Number = number;
        desired.Revision = target.Terms.Revision;
        desired.BundleHash = bundle.Sha256;
        desired.Attempt = target.Machine.Attempt;
        desired.Signed = signed.ToByteArray();
        desired.StatementHash = CanonicalJson.Sha256(signed.Statement.Span);
        desired.Generation = AssignmentInputs.GenerationInUse(target.Machine, target.Report);
        desired.InputsHash = inputs;
        desired.At = clock.GetUtcNow();
        return number;
    }

    private SignedStatement Sign(ManagedCluster cluster, MoveTarget target, BuiltBundle bundle, long number) =>
        authority.Signer.Sign(new Assignment
        {
            ClusterId = cluster.Id.ToString("D"),
            MachineId = target.Machine.Id.ToString("D"),
            Generation = (uint)AssignmentInputs.GenerationInUse(target.Machine, target.Report),
            Epoch = (ulong)cluster.EpochNumber,
            EpochId = cluster.EpochId.ToString("D"),
            Number = (ulong)number,
            Revision = (ulong)target.Terms.Revision,
            BundleSha256 = ByteString.CopyFrom(Convert.FromHexString(bundle.Sha256)),
            Attempt = (uint)target.Machine.Attempt,
            ConfirmDeadline = target.Terms.ConfirmDeadline?.ToUnixTimeMilliseconds() ?? 0,
            Observe = target.Machine.Mode == MachineMode.Observe,
            AtomicHost = target.Terms.AtomicHost,
        });

    private DesiredAssignment NewRow(ManagedCluster cluster, MoveTarget target, SignedStatement signed) => new()
    {
        MachineId = target.Machine.Id,
        ClusterId = cluster.Id,
        Number = 0,
        Revision = 0,
        BundleHash = "",
        Signed = signed.ToByteArray(),
        StatementHash = "",
        Generation = 0,
        InputsHash = "",
        At = clock.GetUtcNow(),
    };

    private static bool SameTerms(DesiredAssignment desired, RevisionTerms terms)
    {
        var stored = Statement(desired);
        return stored.ConfirmDeadline == (terms.ConfirmDeadline?.ToUnixTimeMilliseconds() ?? 0) && stored.AtomicHost == terms.AtomicHost;
    }

    // What a host goes back to when nobody confirms is what it had before, which need not be what it was given before.
    private static bool IsAt(HostStatus status, BuiltBundle bundle, long since) =>
        bundle.Parts.All(p => status.Find(p.Service)?.Applied is { } applied && applied.Part == p.Sha256 && applied.Number >= since);

    // A host that hears of no confirmation in time goes back by itself to the bundle before.
    private static bool MayHaveGoneBack(DesiredAssignment desired) =>
        desired.UnchangedSince == desired.Number && Statement(desired).ConfirmDeadline != 0;

    private static Assignment Statement(DesiredAssignment desired) =>
        Assignment.Parser.ParseFrom(SignedStatement.Parser.ParseFrom(desired.Signed).Statement);

    private async Task StoreAsync(ClusterDbContext db, Guid clusterId, IReadOnlyCollection<BuiltBundle> bundles, CancellationToken ct)
    {
        var contents = bundles.SelectMany(b => b.Parts.Select(p => (p.Sha256, p.Bytes)).Append((b.Sha256, b.Bytes)))
            .DistinctBy(c => c.Sha256)
            .ToList();
        var hashes = contents.Select(c => c.Sha256).ToList();
        var known =
            await db.Contents.Where(c => c.ClusterId == clusterId && hashes.Contains(c.Hash)).Select(c => c.Hash).ToHashSetAsync(ct);
        known.UnionWith(db.Contents.Local.Where(c => c.ClusterId == clusterId).Select(c => c.Hash));
        var now = clock.GetUtcNow();
        db.Contents.AddRange(
            contents.Where(c => !known.Contains(c.Sha256))
                .Select(c => new StoredContent { ClusterId = clusterId, Hash = c.Sha256, Bytes = c.Bytes, CreatedAt = now }));
    }

    /// <summary>Builds each distinct bundle of one revision once.</summary>
    private sealed class BundleShelf(ConfigurationSnapshot snapshot, CertificateLookup lookup)
    {
        private readonly Dictionary<(Guid Group, Guid? Own, string Capabilities), BuiltBundle> made = [];

        public IReadOnlyCollection<BuiltBundle> Made => made.Values;

        public BuiltBundle For(MoveTarget target)
        {
            var own = snapshot.At(Contracts.Levels.LevelKind.Machine, target.Machine.Id).Any() ? target.Machine.Id : (Guid?)null;
            var key = (target.Machine.GroupId, own, target.Report.CapabilityHash);
            if (made.TryGetValue(key, out var known)) return known;
            var effective = EffectiveResolver.Resolve(snapshot, target.Machine.GroupId, own);
            return made[key] = BundleBuilder.Build(effective, [.. Announcements.Capabilities(target.Report.Announcement)], lookup);
        }
    }
}
