using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.JoinTokens;

internal static class GetJoinToken
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapGet("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "getJoinToken",
            "Shows a join token, without its secret.",
            "Shows what the token allows and how often it was used.")
        .Returns<JoinTokenShape>();

    /// <summary>Finds a token of a cluster that was not withdrawn; refuses any other.</summary>
    public static async Task<JoinToken> FindAsync(ClusterDbContext db, Guid cluster, string id, CancellationToken ct)
    {
        var key = Guid.TryParse(id, out var parsed) ? parsed : Guid.Empty;
        return await db.JoinTokens.SingleOrDefaultAsync(t => t.Id == key && t.ClusterId == cluster && t.RevokedAt == null, ct)
            ?? throw new RefusedException(CommonFailures.NotFound("join token", id));
    }

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, string id)
    {
        var cluster = context.Cluster().Id;
        var found = await units.ReadAsync(
            context, async (db, ct) => (
                Row: await FindAsync(db, cluster, id, ct), Groups: await JoinTokenResponse.GroupNamesAsync(db, cluster, ct)));
        return found.Match(
            f => JsonReplies.Live(
                context, JoinTokenResponse.Show(f.Row, f.Groups), RestJson.Default.JoinTokenShape, JoinTokenResponse.Tag(f.Row)));
    }
}
