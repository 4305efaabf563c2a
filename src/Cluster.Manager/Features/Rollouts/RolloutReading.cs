using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Cluster.Manager.Features.Sessions;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Cluster.Storage.Rollouts;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Where one machine of a rollout stands, from what it reported last.</summary>
/// <param name="MachineId">The machine.</param>
/// <param name="Name">Its name.</param>
/// <param name="Reached">Whether the rollout waits for it.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="Stored">Where it stood when the rollout last looked.</param>
/// <param name="At">When the stored state was set.</param>
/// <param name="Error">The failing service's error; null = none.</param>
internal sealed record MachineStand(Guid MachineId, string Name, bool Reached, RolloutMachineState State, RolloutMachineState Stored, DateTimeOffset At, string? Error);

/// <summary>Gathers what decides a rollout: machines, desired bundles, reports, open streams.</summary>
internal sealed class RolloutReading(ContentCatalog catalog, MachinePresence presence)
{
    /// <summary>Reads where the machines of a rollout stand; departed and banned ones are left out.</summary>
    public async Task<IReadOnlyList<MachineStand>> ReadAsync(ClusterDbContext db, RolloutRecord rollout, CancellationToken ct)
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
            select new Row(member, machine, report, desired == null ? null : desired.BundleHash, desired == null ? 0 : desired.Revision, desired == null ? 0 : desired.Number)).ToListAsync(ct);
        var wanted = new Dictionary<string, IReadOnlyList<WantedPart>>(StringComparer.Ordinal);
        foreach (var hash in rows.Select(r => r.BundleHash).OfType<string>().Distinct())
        {
            if (await catalog.FindAsync(rollout.ClusterId, hash) is { } content) wanted[hash] = [.. content.Services.Select(s => new WantedPart(s.Service, s.Sha256))];
        }

        return [.. rows.OrderBy(r => r.Machine.Name, StringComparer.Ordinal).Select(r => Judge(r, rollout, wanted))];
    }

    private MachineStand Judge(Row row, RolloutRecord rollout, Dictionary<string, IReadOnlyList<WantedPart>> wanted)
    {
        var stored = row.Member.State;
        // A later rollout has moved the machine on: what this one saw last is what it says.
        if (row.Member.Number > 0 && row.Revision != rollout.Revision) return new MachineStand(row.Machine.Id, row.Machine.Name, false, stored, stored, row.Member.At, Text(row.Member.Error));

        var status = row.Report is { Status.Length: > 0 } report ? StatusVector.Parser.ParseFrom(report.Status) : new StatusVector();
        var reached = row.Machine is { Status: MachineStatus.Active, Mode: MachineMode.Enforce, Disconnected: false, Quarantined: false }
            && status.Hold is null && presence.IsConnected(row.Machine.Id, row.Report);
        var state = MachineProgress.Of(new MachineProgressInput
        {
            Reached = reached,
            Number = row.BundleHash is null ? 0 : row.Member.Number,
            Newest = row.Number,
            Wanted = row.BundleHash is { } hash && wanted.TryGetValue(hash, out var parts) ? parts : [],
            Services = [.. status.Services.Select(ToProgress)],
        });
        return new MachineStand(row.Machine.Id, row.Machine.Name, reached, state, stored, row.Member.At, state == RolloutMachineState.Failed ? ErrorOf(status) : null);
    }

    private static ServiceProgress ToProgress(ServiceStatus service) => new()
    {
        Service = service.Name,
        AppliedPart = Hex(service.Applied?.PartSha256),
        AppliedNumber = (long)(service.Applied?.Number ?? 0),
        AttemptedPart = Hex(service.Attempted?.PartSha256),
        AttemptedNumber = (long)(service.Attempted?.Number ?? 0),
        AttemptedError = service.Attempted?.Error?.Code,
        VerifiedPart = Hex(service.Verified?.PartSha256),
        HasRefusedItems = service.Refused.Count > 0,
        Applying = service.Applying,
    };

    private static string? ErrorOf(StatusVector status) => status.Services.Select(ErrorOf).OfType<string>().FirstOrDefault();

    private static string? ErrorOf(ServiceStatus service) => service switch
    {
        { Attempted.Error: { } error } => $"{service.Name}: {error.Message}",
        { Refused.Count: > 0 } => $"{service.Name}: {string.Join(" ", service.Refused.Select(r => $"{r.Kind}/{r.Name} is refused: {r.Message}"))}",
        _ => null,
    };

    private static string? Hex(ByteString? hash) => hash is { Length: > 0 } ? Convert.ToHexStringLower(hash.Span) : null;

    private static string? Text(string error) => error.Length == 0 ? null : error;

    private sealed record Row(RolloutMachine Member, Machine Machine, MachineReport? Report, string? BundleHash, long Revision, long Number);
}
