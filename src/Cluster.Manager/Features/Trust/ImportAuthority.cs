using System.Text.Json;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;

namespace Cluster.Manager.Features.Trust;

/// <summary>Makes a trusted authority of a file, in any form that certificates come in; what is no authority is refused, duplicates are taken once.</summary>
internal sealed class ImportAuthority(SettingsWrites writes, UploadReading reading, TimeProvider clock)
{
    private const string Example = """{"data":"-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"}""";

    public static void Map(IEndpointRouteBuilder authority) => authority
        .MapPost("/import", (HttpContext context, ImportAuthority import) => import.HandleAsync(context))
        .RequireAuthorization(Policies.Operator)
        .Operation("importTrustedAuthority", "Makes or replaces a trusted authority by the certificates of a file.", "The body is JSON, parts, or the file itself: PEM, DER, PKCS#7 or a PKCS#12 trust store. Whether it counts stays as it was.")
        .Body<CertificateImport>(Example)
        .Accepts<CertificateImport>("application/json", [UploadBody.Multipart, .. UploadBody.FileTypes])
        .Returns<TrustedAuthority>()
        .Returns<TrustedAuthority>(StatusCodes.Status201Created)
        .LevelAndAcknowledge()
        .DisableAntiforgery()
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = RequestBody.HasMediaType(context, UploadBody.FileTypes) ? new Upload(await context.ReadBytesAsync()) : await UploadBody.ReadImportAsync(context);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var read = await reading.ReadAsync(body.Value, context.RequestAborted);
        if (!read.Succeeded) return Problem.Of(read.Failure);
        using var upload = read.Value;
        if (Refuse(upload) is { } refusal) return Problem.Of(refusal);
        var text = CertificateWriter.Pem(upload.Certificates.DistinctBy(c => c.Sha256));
        var kind = SettingsKinds.TrustedAuthorities;
        var written = await writes.RunAsync(context, kind, "import", (target, _) =>
        {
            var current = target.Current is { Hidden: false } item ? item.Document!.Read<TrustedAuthority>() : null;
            var document = JsonSerializer.SerializeToElement(new TrustedAuthority { Certificates = text, Enabled = current?.Enabled }, ContractsJson.Default.TrustedAuthority);
            var edit = ItemBody.ToEdit(kind, target.Name, target.Level, document, clock.GetUtcNow());
            return Task.FromResult(edit.Succeeded ? Outcome.Of<IReadOnlyList<StagedEdit>>([edit.Value]) : edit.Failure);
        });
        return written.Match(w => ItemAnswer.Written(context, kind, w.Item!, w.Created, w.Outcome));
    }

    private static Failure? Refuse(ReadUpload upload)
    {
        if (upload.All.PrivateKeys.Count > 0) return CommonFailures.Invalid(new FieldError("/data", "private-key", "The file holds a private key; treat it as disclosed, and send certificates only."));
        if (upload.Certificates.Count == 0) return upload.Locked() ?? CertificateFailures.NoCertificate;
        List<CertificateInfo> others = [.. upload.Certificates.Where(c => !c.IsCa).DistinctBy(c => c.Sha256)];
        return others.Count == 0 ? null : CommonFailures.Invalid([.. others.Take(20).Select(c => new FieldError("/data", "not-an-authority", $"'{c.Subject}' is not an authority (basicConstraints CA:TRUE is missing); send the authority that issued it, '{c.Issuer}'."))]);
    }
}
