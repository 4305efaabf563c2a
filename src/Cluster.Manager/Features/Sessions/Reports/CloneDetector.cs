using System.Text.Json;
using Cluster.Manager.Features.Fleet;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Sessions.Reports;

/// <summary>
/// Notices that two hosts share an identity: a process of the agent that speaks again after another one has spoken. Only what
/// comes after Welcome counts, since that answers something which the manager said on this stream. A Hello may have waited, in a
/// network or in a manager that stood still, until its sender was gone and the next process of the same host had connected.
/// </summary>
internal sealed class CloneDetector(AuditTrail audit)
{
    private const int Remembered = 16;

    /// <summary>A new identity generation has no process behind it yet.</summary>
    public static void Begin(MachineReport report)
    {
        report.BootId = "";
        report.EarlierBootIds = "[]";
    }

    /// <summary>A process has spoken over the newest stream of its machine.</summary>
    public async Task NoteAsync(ClusterDbContext db, Machine machine, MachineReport report, string boot, CancellationToken ct)
    {
        if (report.BootId == boot) return;
        var earlier = JsonSerializer.Deserialize(report.EarlierBootIds, FleetJson.Default.ListString) ?? [];
        if (earlier.Contains(boot, StringComparer.Ordinal) && !machine.Quarantined)
        {
            machine.Quarantined = true;
            db.Unit.Announce(machine.ClusterId);
            await audit.AppendAsync(
                db, new AuditEntry(machine.ClusterId, machine.Name, "machine.quarantine", $"machines/{machine.Name}"), ct);
        }

        if (report.BootId.Length > 0) earlier.Insert(0, report.BootId);
        report.EarlierBootIds = JsonSerializer.Serialize(earlier.Take(Remembered).ToList(), FleetJson.Default.ListString);
        report.BootId = boot;
    }
}
