using Cluster.Contracts.Certificates;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Takes the signed certificate for a key that is here; leaf and intermediates in any order and form.</summary>
internal sealed class UploadSignedCertificate(
    UnitRunner units,
    UploadReading reading,
    SettingWrite write,
    SignedContent signed,
    CertificateVersionWriter versions,
    WrittenVersionResponse response)
{
    private const string Example = """{"data":"-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"}""";

    public static void Map(IEndpointRouteBuilder certificates)
    {
        certificates
            .MapPut("/{name}/signed-certificate", (HttpContext context, UploadSignedCertificate upload) => upload.HandleAsync(context))
            .RequireAuthorization(Policies.Operator)
            .Operation(
                "uploadSignedCertificate",
                "Takes the signed certificate for an open request or a known key.",
                "The body is JSON, or the file itself as PEM, DER, PKCS#7 or PKCS#12. The leaf is found by its public key; the same "
                    + "leaf again changes nothing.")
            .Body<SignedCertificateUpload>(Example)
            .Accepts<SignedCertificateUpload>("application/json", [UploadBody.Multipart, .. UploadBody.FileTypes])
            .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
            .Returns<CertificateShape>(StatusCodes.Status201Created)
            .LevelAndAcknowledge()
            .BodyLimit(ImportCertificate.Mebibytes)
            .DisableAntiforgery()
            .Stageable();
    }

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await UploadBody.ReadSignedAsync(context);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var read = await reading.ReadAsync(body.Value, context.RequestAborted);
        if (!read.Succeeded) return Problem.Of(read.Failure);
        using var upload = read.Value;
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, SettingsKinds.Certificates, SettingsKinds.Certificates.NameOf(context), ct);
            var content = await signed.FindAsync(target, upload, ct) ?? throw new RefusedException(
                await SignedContent.ExplainAsync(target, upload, ct));
            var version = await versions.StoreAsync(target, "sign", content, ct);
            var item = await write.StoreAsync(target, "sign", [CertificateVersionWriter.PointTo(target, version.Row.Number)], ct);
            return await CertificateVersionWriter.ReadBackAsync(target, version, item, ct);
        });
        return response.Answer(context, written);
    }
}
