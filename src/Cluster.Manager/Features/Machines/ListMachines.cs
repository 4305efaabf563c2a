using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Paging;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Machines;

/// <summary>Lists the machines of a cluster, by name.</summary>
internal static class ListMachines
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listMachines",
            "Lists the machines of a cluster, by name, departed ones included.",
            "labelSelector: key, !key, key=value, key!=value, separated by commas.")
        .Returns<Page<MachineShape>>();

    private static async Task<IResult> HandleAsync(
        HttpContext context,
        UnitRunner units,
        MachineReading reading,
        int? pageSize,
        string? pageToken,
        string? group,
        string? state,
        string? labelSelector)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var filter = Filter.Read(group, state, labelSelector);
        if (!filter.Succeeded) return Problem.Of(filter.Failure);
        var cluster = context.Cluster().Id;
        var listed = await units.ReadAsync(context, (db, ct) => ReadAsync(db, cluster, reading, page.Value, filter.Value, ct));
        return listed.Match(p => JsonReplies.Json(p, RestJson.Default.PageMachineShape));
    }

    // State and labels are decided in memory, so a page is filled from as many rows as it takes; names and groups are left to the index.
    private static async Task<Page<MachineShape>> ReadAsync(
        ClusterDbContext db, Guid cluster, MachineReading reading, PageRequest page, Filter filter, CancellationToken ct)
    {
        var found = new List<MachineRow>();
        var after = page.After ?? "";
        while (true)
        {
            var rows = await db.Machines.Where(m => m.ClusterId == cluster && string.Compare(m.Name, after) > 0)
                .Where(m => filter.Group == null || db.Groups.Any(g => g.Id == m.GroupId && g.Name == filter.Group))
                .OrderBy(m => m.Name).Take(page.Size + 1).ToListAsync(ct);
            var labelled = rows.Where(m => filter.Labels.Terms.Count == 0 || filter.Labels.Fits(StoredLabels.Read(m.Labels))).ToList();
            var complete = await MachineReading.WithStatusAsync(db, cluster, labelled, ct);
            found.AddRange(complete.Where(r => filter.State is null || reading.StateOf(r) == filter.State));
            if (rows.Count <= page.Size || found.Count > page.Size) break;
            after = rows[^1].Name;
        }

        var (items, next) = page.Cut(found, r => r.Machine.Name);
        return new Page<MachineShape>
        {
            Items = [.. items.Take(page.Size).Select(r => MachineResponse.Of(r, reading.StateOf(r), whole: false))],
            NextPageToken = next
        };
    }

    private sealed record Filter(string? Group, MachineState? State, LabelSelector Labels)
    {
        public static Outcome<Filter> Read(string? group, string? state, string? labelSelector)
        {
            MachineState? asked = null;
            if (state is not null)
            {
                if (!EnumNames.TryParse<MachineState>(state, out var read))
                    return CommonFailures.InvalidParameter(
                        "state", $"it is one of: {string.Join(", ", EnumNames.Of(typeof(MachineState)))}.");
                asked = read;
            }

            var labels = LabelSelector.Read(labelSelector);
            return labels.Succeeded ? new Filter(group, asked, labels.Value) : labels.Failure;
        }
    }
}
