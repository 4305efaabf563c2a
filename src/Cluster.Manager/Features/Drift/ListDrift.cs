using Cluster.Contracts.Drift;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Domain.Reports;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Protocol.V1;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Drift;

/// <summary>Lists what agents report as changed by somebody else, by machine, service and path.</summary>
internal static class ListDrift
{
    public static void Map(IEndpointRouteBuilder drift) => drift.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listDrift",
            "Lists differences on hosts that no agent made, by machine, service and path.",
            "A difference stays listed until the host reports that it is gone: repaired by the agent, mended by hand, or taken over "
                + "into the settings.")
        .Returns<Page<DriftShape>>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var clusterId = context.Cluster().Id;
        var reports = await units.ReadAsync(
            context,
            (db, ct) => (
                from machine in db.Machines
                where machine.ClusterId == clusterId && machine.Status == MachineStatus.Active
                join report in db.Reports on machine.Id equals report.MachineId
                select new { machine.Name, report.Status }).ToListAsync(ct));
        if (!reports.Succeeded) return Problem.Of(reports.Failure);
        var drifts = reports.Value.SelectMany(r => Show(r.Name, r.Status));
        var (items, next) = page.Value.Sort(drifts, d => $"{d.Machine}\n{d.Service}\n{d.Path}\n{d.What}");
        context.Response.Headers.CacheControl = "no-store";
        return JsonReplies.Json(new Page<DriftShape> { Items = items, NextPageToken = next }, RestJson.Default.PageDriftShape);
    }

    private static IEnumerable<DriftShape> Show(string machine, HostStatus status) =>
        from service in status.Services
        from drift in service.Drift
        select new DriftShape { Machine = machine, Service = service.Name, Path = drift.Path, What = drift.What, Since = drift.Since };
}
