using Cluster.Contracts.Certificates;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>Gives the newest open request of a name and level, also while no such certificate exists.</summary>
internal static class GetNewestSigningRequest
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}/signing-request", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("getNewestSigningRequest", "Gives the newest open signing request of a name and level, also while no such certificate exists.", "By Accept: application/json (default), application/x-pem-file or application/pkcs10.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<SigningRequestShape>()
        .Stageable();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database)
    {
        if (SigningRequestResponse.Wanted(context) is not { } wanted) return Results.StatusCode(StatusCodes.Status406NotAcceptable);
        var answer = await database.ReadAsync<Outcome<IResult>>(
            async (db, ct) =>
            {
                var clusterId = context.Cluster().Id;
                var name = SettingsKinds.Certificates.NameOf(context);
                var level = await ItemLevel.FindAsync(db, clusterId, context.Request.Query["level"].FirstOrDefault(), ct);
                if (!level.Succeeded) return level.Failure;
                var (kind, id) = (level.Value.Kind, level.Value.Id);
                var row = await db.SigningRequests.AsNoTracking()
                    .Where(r => r.ClusterId == clusterId && r.LevelKind == kind && r.LevelId == id && r.Name == name && r.State == "open")
                    .OrderByDescending(r => r.Id).FirstOrDefaultAsync(ct);
                return row is null ? CommonFailures.NotFound("open signing request of certificate", name) : Outcome.Of(SigningRequestResponse.Answer(context, row, level.Value.Name, wanted));
            },
            context.RequestAborted);
        return answer.Match(a => a);
    }
}
