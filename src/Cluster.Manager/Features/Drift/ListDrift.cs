using Cluster.Contracts.Drift;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Drift;

/// <summary>Lists what agents report as changed by somebody else, by machine, service and path.</summary>
internal sealed class ListDrift(UnitRunner units, SnapshotStore snapshots, FleetReader fleet)
{
    private const string Example =
        """{"items":[{"machine":"mx1","service":"postfix","path":"/etc/postfix/main.cf#cluster_6d78_level","what":"is may, applied was encrypt","since":"2026-11-24T08:00:00Z","level":"cluster","kind":"listeners","name":"mx","intended":"encrypt","onDisk":"may","fileModifiedAt":"2026-11-24T07:59:41Z","fileOwner":"root","definedBy":{"level":"cluster","revision":12,"author":"ci","at":"2026-11-20T09:00:00Z"},"policy":"report","state":"open"}]}""";

    public static void Map(IEndpointRouteBuilder drift) => drift
        .MapGet("", (HttpContext context, ListDrift list, [AsParameters] DriftQuery query) => list.HandleAsync(context, query))
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listDrift",
            "Lists differences on hosts that no agent made, by machine, service and path.",
            "A difference stays listed until the host reports that it is gone: repaired by the agent, mended by hand, or taken over "
                + "into the settings. What was applied, what the files say and what clients see are kept apart; what is not known is "
                + "absent. A kind, level or machine that does not exist is refused.")
        .Returns<Page<DriftShape>>(example: Example);

    private async Task<IResult> HandleAsync(HttpContext context, DriftQuery query)
    {
        var page = PageRequest.Read(query.PageSize, query.PageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var drift = await units.ReadAsync(context, (db, ct) => ReadAsync(db, context.Cluster().Id, query, page.Value, ct));
        if (!drift.Succeeded) return Problem.Of(drift.Failure);
        context.Response.Headers.CacheControl = "no-store";
        return JsonReplies.Json(drift.Value, RestJson.Default.PageDriftShape);
    }

    private async Task<Page<DriftShape>> ReadAsync(
        ClusterDbContext db, Guid clusterId, DriftQuery query, PageRequest page, CancellationToken ct)
    {
        await CheckAsync(db, clusterId, query, ct);
        var machines = await (
            from machine in db.Machines.AsNoTracking()
            where machine.ClusterId == clusterId && machine.Status == MachineStatus.Active
                && (query.Machine == null || machine.Name == query.Machine)
            join report in db.Reports.AsNoTracking() on machine.Id equals report.MachineId
            select new ReportingMachine(machine.Id, machine.Name, machine.GroupId, machine.Mode, report.Status)).ToListAsync(ct);
        var rows = RowsOf(machines).Where(r => Fits(r, query));
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == clusterId, ct);
        var response = new DriftResponse(snapshots, cluster, await fleet.ReadAsync(db, clusterId, ct));
        if (query.Level is { } level)
        {
            var fitting = new List<DriftRow>();
            foreach (var row in rows)
            {
                if ((await response.ShowAsync(db, row, ct)).Level == level) fitting.Add(row);
            }

            rows = fitting;
        }

        var (items, next) = page.Sort(rows, r => r.Key);
        var shown = new List<DriftShape>(items.Count);
        foreach (var row in items) shown.Add(await response.ShowAsync(db, row, ct));
        return new Page<DriftShape> { Items = shown, NextPageToken = next };
    }

    // A filter that names nothing would answer that all is well.
    private static async Task CheckAsync(ClusterDbContext db, Guid clusterId, DriftQuery query, CancellationToken ct)
    {
        if (query.Kind is { } kind && KindRegistry.Find(kind) is null)
            throw new RefusedException(
                CommonFailures.InvalidParameter("kind", $"it is one of: {string.Join(", ", KindRegistry.All.Select(k => k.Kind))}."));
        await ItemLevel.FindAsync(db, clusterId, query.Level, ct);
        if (query.Machine is { } name && !await db.Machines.AnyAsync(m => m.ClusterId == clusterId && m.Name == name, ct))
            throw new RefusedException(CommonFailures.NotFound("machine", name));
    }

    private static IEnumerable<DriftRow> RowsOf(IEnumerable<ReportingMachine> machines) =>
        from machine in machines
        from service in machine.Status.Services
        from drift in service.Drift
        select new DriftRow(machine, service, drift);

    private static bool Fits(DriftRow row, DriftQuery query) =>
        (query.Service is null || row.Service.Name == query.Service)
        && (query.Kind is null || row.Report.Kind == query.Kind)
        && (query.Name is null || row.Report.Name == query.Name);
}

/// <summary>Which differences.</summary>
/// <param name="Machine">Label of the machine; absent = all.</param>
/// <param name="Service">Name of the service; absent = all.</param>
/// <param name="Level">Level that defines the item, as written in the answer; absent = all.</param>
/// <param name="Kind">Kind of the item; absent = all.</param>
/// <param name="Name">Name of the item; absent = all.</param>
/// <param name="PageSize">Most items, 1 to 500; default 50.</param>
/// <param name="PageToken">nextPageToken of the page before.</param>
internal sealed record DriftQuery(
    string? Machine, string? Service, string? Level, string? Kind, string? Name, int? PageSize, string? PageToken);
