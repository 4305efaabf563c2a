using Cluster.Contracts.Json;
using Cluster.Contracts.Revisions;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Shows a revision; its state follows the rollout.</summary>
internal static class GetRevision
{
    public static void Map(IEndpointRouteBuilder revisions) => revisions.MapGet("/{n:long}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getRevision",
            "Shows a revision; its state follows the rollout.",
            "The state is rolling while the rollout runs, then complete, held, cancelled, superseded or returned.")
        .Returns<RevisionShape>(example: RevisionResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, long n)
    {
        var found = await units.ReadAsync(context, (db, ct) => RevisionResponse.FindAsync(db, context.Cluster().Id, n, ct));
        return found.Match(row => JsonReplies.Live(
            context, RevisionResponse.Show(row), RestJson.Default.RevisionShape, ETags.Of(
                "revision", row.Revision.ClusterId, row.Revision.Number)));
    }
}
