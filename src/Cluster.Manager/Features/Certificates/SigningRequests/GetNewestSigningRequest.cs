using Cluster.Contracts.Certificates;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>Gives the newest open request of a name and level, also while no such certificate exists.</summary>
internal static class GetNewestSigningRequest
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}/signing-request", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getNewestSigningRequest",
            "Gives the newest open signing request of a name and level, also while no such certificate exists.",
            "By Accept: application/json (default), application/x-pem-file or application/pkcs10.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<SigningRequestShape>()
        .Stageable();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units)
    {
        if (SigningRequestResponse.Wanted(context) is not { } wanted) return Results.StatusCode(StatusCodes.Status406NotAcceptable);
        var found = await units.ReadAsync(context, async (db, ct) =>
        {
            var clusterId = context.Cluster().Id;
            var name = SettingsKinds.Certificates.NameOf(context);
            var level = await ItemLevel.FindAsync(db, clusterId, context.Request.Query["level"].FirstOrDefault(), ct);
            var row = await db.SigningRequests.AsNoTracking()
                .Where(
                    r => r.ClusterId == clusterId
                        && r.LevelKind == level.Kind
                        && r.LevelId == level.Id
                        && r.Name == name
                        && r.State == SigningRequestState.Open)
                .OrderByDescending(r => r.Id).FirstOrDefaultAsync(ct)
                ?? throw new RefusedException(CommonFailures.NotFound("open signing request of certificate", name));
            return (Row: row, Level: level.Name);
        });
        return found.Match(f => SigningRequestResponse.Answer(context, f.Row, f.Level, wanted));
    }
}
