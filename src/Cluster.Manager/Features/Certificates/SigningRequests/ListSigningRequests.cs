using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>Lists the signing requests of a cluster, oldest first.</summary>
internal static class ListSigningRequests
{
    public static void Map(IEndpointRouteBuilder requests) => requests.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listSigningRequests",
            "Lists signing requests, oldest first.",
            "Requests of every state are listed; the state of a request is open, fulfilled, cancelled or compromised.")
        .Returns<Page<SigningRequestShape>>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, [AsParameters] SigningRequestQuery query)
    {
        var page = PageRequest.Read(query.PageSize, query.PageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var after = page.Value.AfterId();
        if (!after.Succeeded) return Problem.Of(after.Failure);
        var state = EnumNames.ParseOrNull<SigningRequestState>(query.State);
        if (query.State is not null && state is null)
            return Problem.Of(CommonFailures.InvalidParameter("state", "it is open, fulfilled, cancelled or compromised."));
        var (cluster, last) = (context.Cluster().Id, after.Value ?? Guid.Empty);
        var listed = await units.ReadAsync(
            context,
            async (db, ct) =>
            {
                var rows = await db.SigningRequests.AsNoTracking()
                    .Where(
                        r => r.ClusterId == cluster
                            && r.Id > last
                            && (state == null || r.State == state)
                            && (query.Certificate == null || r.Name == query.Certificate))
                    .OrderBy(r => r.Id).Take(page.Value.Size + 1).ToListAsync(ct);
                var labels = await LevelLabels.ReadAsync(db, cluster, ct);
                var (items, next) = page.Value.Cut(rows, r => r.Id.ToString());
                return new Page<SigningRequestShape>
                {
                    Items = [.. items.Select(r => SigningRequestResponse.Show(r, labels.Of(r.LevelKind, r.LevelId)))],
                    NextPageToken = next
                };
            });
        return listed.Match(p => JsonReplies.Json(p, RestJson.Default.PageSigningRequestShape));
    }
}

/// <summary>Which signing requests.</summary>
/// <param name="State">open, fulfilled, cancelled or compromised; absent = all.</param>
/// <param name="Certificate">Name of the certificate; absent = all.</param>
/// <param name="PageSize">Most items, 1 to 500; default 50.</param>
/// <param name="PageToken">nextPageToken of the page before.</param>
internal sealed record SigningRequestQuery(string? State, string? Certificate, int? PageSize, string? PageToken);
