using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Shows one version, with the machines that hold its key.</summary>
internal static class GetVersion
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}/versions/{n:int}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getCertificateVersion",
            "Shows one version, with the machines that ever received its key.",
            "Private keys are never shown.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<CertificateVersionShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, DocumentCache documents, int n)
    {
        var shown = await units.ReadAsync(context, async (db, ct) =>
        {
            var found = await VersionActions.FindAsync(context, db, n, ct);
            var shape = await VersionActions.ShowAsync(db, found, await VersionUse.CurrentAsync(db, found, documents, ct), ct);
            return (Shape: shape, Tag: VersionActions.Tag(found.Row));
        });
        return shown.Match(v => JsonReplies.Live(context, v.Shape, RestJson.Default.CertificateVersionShape, v.Tag));
    }
}
