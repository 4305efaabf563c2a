using Cluster.Contracts.Certificates;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>Shows one signing request.</summary>
internal static class GetSigningRequest
{
    public static void Map(IEndpointRouteBuilder requests) => requests.MapGet("/{id:guid}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("getSigningRequest", "Shows one signing request.", "By Accept: application/json (default), application/x-pem-file or application/pkcs10.")
        .Returns<SigningRequestShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, Guid id)
    {
        if (SigningRequestResponse.Wanted(context) is not { } wanted) return Results.StatusCode(StatusCodes.Status406NotAcceptable);
        var cluster = context.Cluster().Id;
        var answer = await database.ReadAsync<Outcome<IResult>>(
            async (db, ct) =>
            {
                var row = await db.SigningRequests.AsNoTracking().SingleOrDefaultAsync(r => r.ClusterId == cluster && r.Id == id, ct);
                if (row is null) return CommonFailures.NotFound("signing request", id.ToString());
                var labels = await LevelLabels.ReadAsync(db, cluster, ct);
                return Outcome.Of(SigningRequestResponse.Answer(context, row, labels.Of(row.LevelKind, row.LevelId), wanted));
            },
            context.RequestAborted);
        return answer.Match(a => a);
    }
}
