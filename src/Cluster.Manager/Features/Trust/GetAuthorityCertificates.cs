using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Settings;
using Cluster.Domain.Validation;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Inspect;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Findings.Authorities;
using Cluster.Storage;
using Severity = Cluster.Contracts.Findings.FindingSeverity;

namespace Cluster.Manager.Features.Trust;

/// <summary>
/// Gives the certificates of a trusted authority: as PEM or PKCS#7 for other software, as JSON with what is found about them.
/// </summary>
internal sealed class GetAuthorityCertificates(UnitRunner units, ConfigurationViews views, TimeProvider clock)
{
    private const string Pem = "application/x-pem-file";
    private const string Pkcs7 = "application/pkcs7-mime";

    public static void Map(IEndpointRouteBuilder authority) => authority
        .MapGet("/certificates", (HttpContext context, GetAuthorityCertificates get, string? level) => get.HandleAsync(context, level))
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getTrustedAuthorityCertificates",
            "Gives the certificates of a trusted authority.",
            "By Accept: application/x-pem-file (default), application/pkcs7-mime, or application/json with findings.")
        .Returns<AuthorityContents>()
        .Produces(StatusCodes.Status200OK, contentType: Pem)
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context, string? level)
    {
        if (Negotiation.Choose(context, Pem, Pkcs7, "application/json") is not { } wanted)
            return Results.StatusCode(StatusCodes.Status406NotAcceptable);
        var outcome = await units.ReadAsync(context, (db, ct) => ReadAsync(context, db, level, ct));
        return outcome.Match(found => Write(context, found.Item, found.Snapshot, wanted));
    }

    private async Task<(Item Item, ConfigurationSnapshot Snapshot)> ReadAsync(
        HttpContext context, ClusterDbContext db, string? levelText, CancellationToken ct)
    {
        var kind = SettingsKinds.TrustedAuthorities;
        var level = await ItemLevel.FindAsync(db, context.Cluster().Id, levelText, ct);
        var view = await views.ReadAsync(context, db, context.Cluster().Id, ct);
        var name = kind.NameOf(context);
        if (view.Shown.Find(level.Key(kind.Kind, name)) is not { } item)
            throw new RefusedException(await SettingsFailures.NotDefinedAsync(db, kind, name, level, view.Shown, ct));
        return item.Hidden ? throw new RefusedException(SettingsFailures.HiddenFailure(name)) : (item, view.Shown);
    }

    private IResult Write(HttpContext context, Item item, ConfigurationSnapshot snapshot, string mediaType)
    {
        var certificates = AuthorityText.Read(item.Document!.Read<TrustedAuthority>());
        switch (mediaType)
        {
            case Pem: return Results.Text(CertificateWriter.Pem(certificates), Pem);
            case Pkcs7: return Results.Bytes(CertificateWriter.Pkcs7(certificates), $"{Pkcs7}; smime-type=certs-only");
        }

        context.Response.Headers.CacheControl = "no-store";
        return JsonReplies.Json(
            new AuthorityContents
            {
                Certificates = [.. certificates.Select(c => InspectUpload.Show(c, hasPrivateKey: false))],
                Findings = [
                    .. AuthorityEvaluation.Evaluate(snapshot, item.Key.Name, certificates, clock.GetUtcNow(), context.RequestAborted)
                        .Select(AuthorityEvaluation.Show)
                ],
            },
            RestJson.Default.AuthorityContents);
    }
}
