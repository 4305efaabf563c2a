using System.Collections.Concurrent;
using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Sessions.Reports;

/// <summary>
/// Takes what agents announce. A host decides what it gets settings and keys for, so each change is audited; and it has only so
/// many in an hour, since each makes a bundle and an assignment. One too many is not taken: the former announcement holds until
/// the next stream, at most two hours.
/// </summary>
internal sealed class AnnouncementGate(AuditTrail audit, MachineRefusals refusals, TimeProvider clock)
{
    /// <summary>Changes of one machine, at once and in an hour.</summary>
    public const int PerHour = 12;

    /// <summary>Action of the event of a change.</summary>
    public const string Action = "machine.announce";

    /// <summary>Action of the event of changes that were too many.</summary>
    public const string Refused = "machine.announce-refused";

    private readonly ConcurrentDictionary<Guid, (double Left, DateTimeOffset At)> budgets = new();

    /// <summary>Stores the services of an announcement; the first one after a join belongs to the join.</summary>
    /// <param name="db">Context of the unit, which holds the cluster's lock.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="report">Its report.</param>
    /// <param name="hello">The announcement to store, with the new services.</param>
    /// <param name="ct">Cancels.</param>
    public async Task TakeAsync(ClusterDbContext db, Machine machine, MachineReport report, Hello hello, CancellationToken ct)
    {
        var hash = Announcements.Hash(hello.Services);
        if (!string.IsNullOrEmpty(report.CapabilityHash) && report.CapabilityHash != hash)
        {
            if (!MayChange(machine.Id))
            {
                refusals.Note(machine.ClusterId, machine.Id, Refused);
                var former = Announcements.Read(report.Announcement).Services;
                hello.Services.Clear();
                hello.Services.AddRange(former);
                report.Announcement = Announcements.Store(hello);
                return;
            }

            var change = AnnouncementChange.Between(
                Announcements.Capabilities(report.Announcement), [.. hello.Services.Select(Announcements.ToCapabilities)]);
            await audit.AppendAsync(db, new AuditEntry(machine.ClusterId, machine.Name, Action, $"machines/{machine.Name}")
            {
                Detail = CanonicalJson.ToText(JsonSerializer.SerializeToElement(change, FleetJson.Default.JsonObject)),
            }, ct);
        }

        report.Announcement = Announcements.Store(hello);
        report.CapabilityHash = hash;
    }

    private bool MayChange(Guid machineId)
    {
        var now = clock.GetUtcNow();
        var budget =
            budgets.AddOrUpdate(machineId, _ => (PerHour - 1, now), (_, known) => (Math.Min(PerHour, Refilled(known, now)) - 1, now));
        if (budget.Left >= 0) return true;
        budgets[machineId] = (budget.Left + 1, now);
        return false;
    }

    // A clock that goes back gives nothing.
    private static double Refilled((double Left, DateTimeOffset At) known, DateTimeOffset now) =>
        known.Left + (PerHour * Math.Max(0, (now - known.At).TotalHours));
}
