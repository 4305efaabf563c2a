using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Gives the chain as it is served: PEM, PKCS#7 or JSON.</summary>
internal static class GetChain
{
    private const string Pem = "application/x-pem-file";
    private const string Pkcs7 = "application/pkcs7-mime";

    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}/chain", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getCertificateChain",
            "Gives leaf and intermediates as they are served.",
            "By Accept: application/x-pem-file (default), application/pkcs7-mime or application/json.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<ChainShape>()
        .Produces(StatusCodes.Status200OK, contentType: Pem)
        .Stageable();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, CertificateFinder finder)
    {
        if (Negotiation.Choose(context, Pem, Pkcs7, "application/json") is not { } wanted)
            return Results.StatusCode(StatusCodes.Status406NotAcceptable);
        var found = await units.ReadAsync(
            context, async (db, ct) => await CertificateFinder.VersionAsync(await finder.ItemAsync(context, db, ct), ct));
        return found.Match(row => context.IsUnchanged(ETags.Of(row.Id, wanted))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Write([VersionRows.LeafOf(row), .. VersionRows.IntermediatesOf(row)], wanted));
    }

    private static IResult Write(IReadOnlyList<CertificateInfo> chain, string mediaType) => mediaType switch
    {
        Pkcs7 => Results.Bytes(CertificateWriter.Pkcs7(chain), $"{Pkcs7}; smime-type=certs-only"),
        Pem => Results.Text(CertificateWriter.Pem(chain), Pem),
        _ => JsonReplies.Json(new ChainShape([.. chain.Select(c => c.ToPem())]), RestJson.Default.ChainShape),
    };
}
