using Cluster.Domain.Reports;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Sessions.Reports;

/// <summary>
/// Takes the statuses that agents report, in Hello or later: each is parsed once, stored if it is newer, and its change is given
/// to whoever listens.
/// </summary>
internal sealed class StatusIntake(IEnumerable<IReportListener> listeners)
{
    private readonly IReadOnlyList<IReportListener> all = [.. listeners];

    /// <summary>Stores a status in the caller's unit of work; an older one changes nothing.</summary>
    public async Task TakeAsync(
        ClusterDbContext db, MachinePrincipal machine, MachineReport report, StatusVector status, CancellationToken ct)
    {
        var position = new StatusPosition(machine.Generation, (long)status.Sequence);
        if (!StatusRule.Replaces(new StatusPosition(report.Generation, report.Sequence), position)) return;
        var change = HostStatusChange.Between(report.Status, HostStatusReader.Read(status));
        report.Generation = position.Generation;
        report.Sequence = position.Sequence;
        report.Status = change.After;
        foreach (var listener in all)
            await listener.ReportedAsync(db, new ReportedStatus(machine.ClusterId, machine.MachineId, change), ct);
    }

    /// <summary>Begins a generation that has reported nothing yet; what the one before reported stays visible.</summary>
    public static void Begin(MachineReport report, int generation)
    {
        report.Generation = generation;
        report.Sequence = 0;
    }
}
