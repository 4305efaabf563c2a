using Cluster.Contracts.Findings;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Findings;

/// <summary>Lists everything that is found in the running configuration, errors first; muted warnings stay listed.</summary>
internal static class ListFindings
{
    public static void Map(IEndpointRouteBuilder findings) => findings.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listFindings",
            "Lists everything that is found in the running configuration, errors first; muted warnings stay listed.",
            "Findings are computed from what runs now, not from staged edits; validate a change set for those.")
        .Returns<Page<Finding>>();

    private static async Task<IResult> HandleAsync(HttpContext context, RunningFindings findings, [AsParameters] FindingQuery query)
    {
        var page = PageRequest.Read(query.PageSize, query.PageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var wanted = FindingSeverity.Error;
        if (query.Severity is not null && !EnumNames.TryParse(query.Severity, out wanted))
            return Problem.Of(CommonFailures.InvalidParameter("severity", "it is error, warning or info."));

        var found = await findings.ReadAsync(context.Cluster().Id, context.RequestAborted);
        var rows = found.After(page.Value.After)
            .Where(r => (query.Severity is null || r.Row.Severity == wanted) && (query.Code is null || r.Row.Code == query.Code))
            .Where(
                r => (query.Kind is null || r.Row.Kind == query.Kind)
                    && (query.Name is null || r.Row.Name == query.Name)
                    && (query.Level is null || r.Row.Level == query.Level))
            .Take(page.Value.Size + 1)
            .ToList();
        var (items, next) = page.Value.Cut(rows, r => r.Key);
        context.Response.Headers.CacheControl = "no-store";
        return JsonReplies.Json(
            new Page<Finding> { Items = [.. items.Select(r => r.Row)], NextPageToken = next }, RestJson.Default.PageFinding);
    }
}

/// <summary>Which findings.</summary>
/// <param name="Severity">error, warning or info; absent = all.</param>
/// <param name="Code">Code; absent = all.</param>
/// <param name="Level">Level as written in findings; absent = all.</param>
/// <param name="Kind">Kind of the item; absent = all.</param>
/// <param name="Name">Name of the item; absent = all.</param>
/// <param name="PageSize">Most items, 1 to 500; default 50.</param>
/// <param name="PageToken">nextPageToken of the page before.</param>
internal sealed record FindingQuery(
    string? Severity, string? Code, string? Level, string? Kind, string? Name, int? PageSize, string? PageToken);
