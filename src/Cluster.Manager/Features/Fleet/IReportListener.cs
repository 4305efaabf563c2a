using Cluster.Domain.Reports;
using Cluster.Storage;

namespace Cluster.Manager.Features.Fleet;

/// <summary>
/// Reacts to what agents report. Listeners are called in the unit of work that stores the report: what one writes is stored with
/// it or not at all, and what it does elsewhere belongs behind <c>AfterCommit</c>, since a unit may run more than once.
/// </summary>
internal interface IReportListener
{
    /// <summary>A newer status of a machine is about to be stored.</summary>
    Task ReportedAsync(ClusterDbContext db, ReportedStatus reported, CancellationToken ct);
}

/// <summary>A newer status of a machine.</summary>
/// <param name="ClusterId">Its cluster.</param>
/// <param name="MachineId">The machine.</param>
/// <param name="Change">What is different from the status before.</param>
internal sealed record ReportedStatus(Guid ClusterId, Guid MachineId, HostStatusChange Change);
