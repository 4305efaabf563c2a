using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Reports;
using Cluster.Domain.Rollouts;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Cluster.Storage.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Progress;

/// <summary>Where one machine of a rollout stands, from what it reported last.</summary>
/// <param name="MachineId">The machine.</param>
/// <param name="Name">Its name.</param>
/// <param name="Reached">Whether the rollout waits for it.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="Stored">Where it stood when the rollout last looked.</param>
/// <param name="At">When the stored state was set.</param>
/// <param name="Error">The failing service's error; null = none.</param>
internal sealed record MachineRolloutProgress(
    Guid MachineId, string Name, bool Reached, RolloutMachineState State, RolloutMachineState Stored, DateTimeOffset At, string? Error);

/// <summary>Gathers what decides a rollout: machines, desired bundles, reports, open streams.</summary>
internal sealed class RolloutReading(ContentCatalog catalog, IMachinePresence presence)
{
    /// <summary>Reads where the machines of a rollout stand; departed and banned ones are left out.</summary>
    public async Task<IReadOnlyList<MachineRolloutProgress>> ReadAsync(ClusterDbContext db, RolloutRecord rollout, CancellationToken ct)
    {
        var rows = await (
            from member in db.RolloutMachines.AsNoTracking()
            where member.RolloutId == rollout.Id
            join machine in db.Machines.AsNoTracking() on member.MachineId equals machine.Id
            where machine.Status == MachineStatus.Active || machine.Status == MachineStatus.Pending
            join report in db.Reports.AsNoTracking() on machine.Id equals report.MachineId into reports
            from report in reports.DefaultIfEmpty()
            join desired in db.Desired.AsNoTracking() on machine.Id equals desired.MachineId into assignments
            from desired in assignments.DefaultIfEmpty()
            select new Row(
                member,
                machine,
                report,
                desired == null ? null : desired.BundleHash,
                desired == null ? 0 : desired.Revision,
                desired == null ? 0 : desired.Number,
                desired == null ? 0 : desired.UnchangedSince)).ToListAsync(ct);
        var wanted = new Dictionary<string, IReadOnlyList<WantedPart>>(StringComparer.Ordinal);
        foreach (var hash in rows.Select(r => r.BundleHash).OfType<string>().Distinct())
        {
            if (await catalog.FindAsync(rollout.ClusterId, hash) is { } content)
                wanted[hash] = [.. content.Services.Select(s => new WantedPart(s.Service, s.Sha256))];
        }

        return [.. rows.OrderBy(r => r.Machine.Name, StringComparer.Ordinal).Select(r => Judge(r, rollout, wanted))];
    }

    private MachineRolloutProgress Judge(Row row, RolloutRecord rollout, Dictionary<string, IReadOnlyList<WantedPart>> wanted)
    {
        var stored = row.Member.State;
        // A later rollout has moved the machine on: what this one saw last is what it says.
        if (row.Member.Number > 0 && row.Revision != rollout.Revision)
            return new MachineRolloutProgress(
                row.Machine.Id, row.Machine.Name, false, stored, stored, row.Member.At, Text(row.Member.Error));

        var status = row.Report?.Status ?? HostStatus.Nothing;
        var reached = row.Machine is { Status: MachineStatus.Active, Mode: MachineMode.Enforce, Disconnected: false, Quarantined: false }
            && status.Hold is null && presence.IsConnected(row.Machine.Id, row.Report);
        var state = MachineProgress.Of(new MachineProgressInput
        {
            Reached = reached,
            Number = row.BundleHash is null ? 0 : row.Member.Number,
            Newest = row.Number,
            UnchangedSince = row.UnchangedSince,
            Wanted = row.BundleHash is { } hash && wanted.TryGetValue(hash, out var parts) ? parts : [],
            Services = status.Services,
        });
        return new MachineRolloutProgress(
            row.Machine.Id,
            row.Machine.Name,
            reached,
            state,
            stored,
            row.Member.At,
            state == RolloutMachineState.Failed ? ErrorOf(status) : null);
    }

    private static string? ErrorOf(HostStatus status) =>
        status.Services.Where(s => s.Error is not null).Select(s => $"{s.Name}: {s.Error}").FirstOrDefault();

    private static string? Text(string error) => error.Length == 0 ? null : error;

    private sealed record Row(
        RolloutMachine Member,
        Machine Machine,
        MachineReport? Report,
        string? BundleHash,
        long Revision,
        long Number,
        long UnchangedSince);
}
