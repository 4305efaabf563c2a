using Cluster.Contracts.Certificates;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

internal static class GetSigningRequest
{
    public static void Map(IEndpointRouteBuilder requests) => requests.MapGet("/{id:guid}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getSigningRequest",
            "Shows one signing request.",
            "By Accept: application/json (default), application/x-pem-file or application/pkcs10.")
        .Returns<SigningRequestShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, Guid id)
    {
        if (SigningRequestResponse.Wanted(context) is not { } wanted) return Results.StatusCode(StatusCodes.Status406NotAcceptable);
        var found = await units.ReadAsync(context, async (db, ct) =>
        {
            var cluster = context.Cluster().Id;
            var row = await db.SigningRequests.AsNoTracking().SingleOrDefaultAsync(r => r.ClusterId == cluster && r.Id == id, ct)
                ?? throw new RefusedException(CommonFailures.NotFound("signing request", id.ToString()));
            var labels = await LevelLabels.ReadAsync(db, cluster, ct);
            return (Row: row, Level: labels.Of(row.LevelKind, row.LevelId));
        });
        return found.Match(f => SigningRequestResponse.Answer(context, f.Row, f.Level, wanted));
    }
}
