using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Shows what one level defines under a name, with its version and findings.</summary>
internal static class GetCertificate
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getCertificate",
            "Shows the certificate that one level defines, with its version and findings.",
            "404 not-defined-at-level names the level that it is inherited from.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .Stageable();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, CertificateFinder finder, EvaluationCache evaluations, TimeProvider clock)
    {
        var shown = await units.ReadAsync(context, async (db, ct) =>
        {
            var found = await finder.ItemAsync(context, db, ct);
            var evaluation = new SnapshotEvaluation(found.View.Shown, evaluations, clock.GetUtcNow(), ct);
            var shapes = await CertificateResponse.ShowAsync(db, found.ClusterId, [(found.Item, found.Level.Name)], evaluation, ct);
            return (Shape: shapes[0], Tag: ItemResponse.Tag(found.Item)!);
        });
        return shown.Match(s => JsonReplies.Live(context, s.Shape, RestJson.Default.CertificateShape, s.Tag));
    }
}
