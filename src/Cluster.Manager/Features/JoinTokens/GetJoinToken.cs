using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>Shows a join token.</summary>
internal static class GetJoinToken
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapGet("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("getJoinToken", "Shows a join token, without its secret.")
        .Returns<JoinTokenShape>();

    /// <summary>Finds a token of a cluster that was not withdrawn.</summary>
    public static async Task<JoinToken?> FindAsync(ClusterDbContext db, Guid cluster, string id, CancellationToken ct) =>
        Guid.TryParse(id, out var key) ? await db.JoinTokens.SingleOrDefaultAsync(t => t.Id == key && t.ClusterId == cluster && t.RevokedAt == null, ct) : null;

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, string id)
    {
        var cluster = context.Cluster().Id;
        var (row, groups) = await database.ReadAsync(
            async (db, ct) => (await FindAsync(db, cluster, id, ct), await JoinTokenResponse.GroupNamesAsync(db, cluster, ct)),
            context.RequestAborted);
        return row is null
            ? Problem.Of(CommonFailures.NotFound("join token", id))
            : Answers.Live(context, JoinTokenResponse.Show(row, groups), RestJson.Default.JoinTokenShape, JoinTokenResponse.Tag(row));
    }
}
