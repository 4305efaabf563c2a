using Cluster.Contracts.Certificates;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Shows one version, with the machines that hold its key.</summary>
internal static class GetVersion
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}/versions/{n:int}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("getCertificateVersion", "Shows one version, with the machines that ever received its key.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<CertificateVersionShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, DocumentCache documents, int n)
    {
        var shown = await database.ReadAsync<Outcome<CertificateVersionShape>>(
            async (db, ct) =>
            {
                var found = await VersionActions.FindAsync(context, db, n, write: false, ct);
                if (!found.Succeeded) return found.Failure;
                context.Response.Headers.ETag = VersionActions.Tag(found.Value.Row);
                return await VersionActions.ShowAsync(db, found.Value, await VersionUse.CurrentAsync(db, found.Value, documents, ct), ct);
            },
            context.RequestAborted);
        return shown.Match(v => Answers.Json(v, CertificatesJson.Default.CertificateVersionShape));
    }
}
