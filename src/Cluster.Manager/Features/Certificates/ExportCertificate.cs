using System.Text.Json.Nodes;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Certificates;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Gives a certificate with its private key as PKCS#12; always audited before the key leaves.</summary>
internal sealed class ExportCertificate(UnitRunner units, CertificateFinder finder, KeyVault vault, AuditTrail audit)
{
    private const string Pkcs12 = "application/x-pkcs12";
    private const int MaximumPassword = 1024;

    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost("/{name}/export", (HttpContext context, ExportCertificate export) => export.HandleAsync(context))
        .RequireAuthorization(Policies.ExportKeys)
        .Operation(
            "exportCertificate",
            "Gives the certificate with its private key as PKCS#12.",
            "Needs the permission exportKeys; every export is audited. What the level defines now; with Change-Set, what is staged there.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Body<CertificateExport>("""{"password":"…","profile":"modern"}""")
        .Produces(StatusCodes.Status200OK, contentType: Pkcs12)
        .Stageable()
        .WithoutDryRun();

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await context.ReadAsync(RestJson.Default.CertificateExport);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (body.Value.Password.Length is 0 or > MaximumPassword)
            return Problem.Of(
                CommonFailures.Invalid("/password", FieldErrorCodes.Length, $"A password has 1 to {MaximumPassword} characters."));
        var opened = await units.WriteAsync(context, (db, request, ct) => OpenAsync(context, db, request, body.Value, ct));
        if (!opened.Succeeded) return Problem.Of(opened.Failure);
        using var key = opened.Value.Key;
        var (row, profile) = (opened.Value.Row, body.Value.Profile == ExportProfile.Legacy ? Pkcs12Profile.Legacy : Pkcs12Profile.Modern);
        IReadOnlyList<CertificateInfo> chain = [VersionRows.LeafOf(row), .. VersionRows.IntermediatesOf(row)];
        var file =
            await Task.Run(() => CertificateWriter.Pkcs12(key, chain, row.Name, body.Value.Password, profile), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return Results.File(file, Pkcs12, $"{row.Name}.p12");
    }

    private async Task<Opened> OpenAsync(
        HttpContext context, ClusterDbContext db, WriteRequest request, CertificateExport asked, CancellationToken ct)
    {
        var item = await finder.ItemAsync(context, db, ct);
        var row = await CertificateFinder.VersionAsync(item, ct);
        var name = item.Item.Key.Name;
        if (await vault.OpenAsync(db, item.ClusterId, row.PublicKeySha256, ct) is not { } key)
            throw new RefusedException(CertificateFailures.NoPrivateKey(name));
        await audit.AppendAsync(
            db,
            request.Audit("certificate.export", $"certificates/{name}@{item.Level.Name}", new JsonObject
            {
                ["version"] = row.Number,
                ["publicKeySha256"] = row.PublicKeySha256,
                ["profile"] = EnumNames.Of(asked.Profile ?? ExportProfile.Modern),
            }),
            ct);
        return new Opened(row, key);
    }

    private sealed record Opened(CertificateVersion Row, PrivateKeyMaterial Key);
}
