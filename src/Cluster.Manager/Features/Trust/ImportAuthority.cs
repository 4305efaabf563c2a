using System.Text.Json;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Findings;

namespace Cluster.Manager.Features.Trust;

/// <summary>
/// Makes a trusted authority of a file, in any form that certificates come in; what is no authority is refused, duplicates are
/// taken once.
/// </summary>
internal sealed class ImportAuthority(UnitRunner units, UploadReading reading, SettingWrite write, TimeProvider clock)
{
    private const string Example = """{"data":"-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"}""";

    public static void Map(IEndpointRouteBuilder authority) => authority
        .MapPost("/import", (HttpContext context, ImportAuthority import) => import.HandleAsync(context))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "importTrustedAuthority",
            "Makes or replaces a trusted authority by the certificates of a file.",
            "The body is JSON, parts, or the file itself: PEM, DER, PKCS#7 or a PKCS#12 trust store. Whether it counts stays as it was.")
        .Body<CertificateImport>(Example)
        .Accepts<CertificateImport>("application/json", [UploadBody.Multipart, .. UploadBody.FileTypes])
        .Returns<ImportedAuthority>()
        .Returns<ImportedAuthority>(StatusCodes.Status201Created)
        .LevelAndAcknowledge()
        .DisableAntiforgery()
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await UploadBody.ReadImportAsync(context);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var read = await reading.ReadAsync(body.Value, context.RequestAborted);
        if (!read.Succeeded) return Problem.Of(read.Failure);
        using var upload = read.Value;
        if (Refuse(upload) is { } refusal) return Problem.Of(refusal);
        List<CertificateInfo> certificates = [.. upload.Certificates.DistinctBy(c => c.Sha256)];
        var text = CertificateWriter.Pem(certificates);
        var kind = SettingsKinds.TrustedAuthorities;
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, kind, kind.NameOf(context), ct);
            var current = target.Current is { Hidden: false } item ? item.Document!.Read<TrustedAuthority>() : null;
            var document = new TrustedAuthority { Certificates = text, Enabled = current?.Enabled };
            var edit = await write.ToEditAsync(
                target, JsonSerializer.SerializeToElement(document, ContractsJson.Default.TrustedAuthority), ct);
            var name = target.Level.Key(kind.Kind, target.Name).Name;
            var findings = AuthorityEvaluation.Evaluate(target.View.Shown, name, certificates, clock.GetUtcNow(), ct).ToList();
            return (Item: await write.StoreAsync(target, "import", [edit], ct), Findings: findings);
        });
        return written.Match(w => Answer(context, w.Item, [.. upload.Notes(), .. Repeated(upload), .. w.Findings]));
    }

    private static IResult Answer(HttpContext context, WrittenItem written, IReadOnlyList<CertificateFinding> findings)
    {
        written.Receipt.SetHeaders(context);
        context.Response.Headers.ETag = ItemResponse.Tag(written.Item);
        var stored = written.Item!.Document!.Read<TrustedAuthority>();
        var shape = new ImportedAuthority
        {
            Name = written.Item.Name,
            Certificates = stored.Certificates,
            Enabled = stored.Enabled,
            Findings = [.. findings.Select(AuthorityEvaluation.Show)],
        };
        return JsonReplies.Json(
            shape, RestJson.Default.ImportedAuthority, written.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static IEnumerable<CertificateFinding> Repeated(ReadUpload upload) =>
        upload.Certificates.GroupBy(c => c.Sha256).Where(g => g.Count() > 1)
            .Select(
                g => new CertificateFinding(
                    "duplicate-certificate",
                    PkiSeverity.Info,
                    $"'{g.First().Subject}' was given more than once; it is kept once.",
                    "Nothing needs to be done."));

    private static Failure? Refuse(ReadUpload upload)
    {
        if (upload.All.PrivateKeys.Count > 0)
            return CommonFailures.Invalid(
                new FieldError(
                    "/data",
                    FieldErrorCodes.PrivateKey,
                    "The file holds a private key; treat it as disclosed, and send certificates only."));
        if (upload.Certificates.Count == 0) return upload.Locked() ?? CertificateFailures.NoCertificate(upload.All);
        List<CertificateInfo> others = [.. upload.Certificates.Where(c => !c.IsAuthority).DistinctBy(c => c.Sha256)];
        return others.Count == 0 ? null : CommonFailures.Invalid([.. others.Take(20).Select(NotAnAuthority)]);
    }

    private static FieldError NotAnAuthority(CertificateInfo certificate)
    {
        var instead = certificate.IsSelfSigned
            ? "it is self-signed: have a certificate issued by an authority, and send that authority"
            : $"send the authority that issued it, '{certificate.Issuer}'";
        return new FieldError(
            "/data",
            FieldErrorCodes.NotAnAuthority,
            $"'{certificate.Subject}' is not an authority (basicConstraints CA:TRUE is missing); {instead}.");
    }
}
