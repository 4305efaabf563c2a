using Cluster.Contracts.Certificates;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Shows what one level defines under a name, with its version and findings.</summary>
internal static class GetCertificate
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("getCertificate", "Shows the certificate that one level defines, with its version and findings.", "404 not-defined-at-level names the level that it is inherited from.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .Stageable();

    private static async Task<IResult> HandleAsync(HttpContext context, CertificateReads reads, EvaluationCache evaluations, TimeProvider clock)
    {
        var shown = await reads.ItemAsync<CertificateShape>(context, async (found, ct) =>
        {
            context.Response.Headers.ETag = ItemResponse.Tag(found.Item);
            var evaluation = new CertificateEvaluation(found.View.Shown, evaluations, clock.GetUtcNow());
            var shapes = await CertificateResponse.ShowAsync(found.Db, found.ClusterId, [(found.Item, found.Level.Name)], evaluation, ct);
            return shapes[0];
        });
        return shown.Match(s => Answers.Json(s, CertificatesJson.Default.CertificateShape));
    }
}
