using Cluster.Contracts.Certificates;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Imports a certificate with its key from any container; makes the item, or a new version of it.</summary>
internal sealed class ImportCertificate(
    UnitRunner units,
    UploadReading reading,
    SettingWrite write,
    ImportedContent contents,
    CertificateVersionWriter versions,
    WrittenVersionResponse response)
{
    /// <summary>Largest body, in MiB.</summary>
    public const int Mebibytes = 10;

    private const string Example = """{"data":"MIIK…","password":"…"}""";

    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost("/{name}/import", (HttpContext context, ImportCertificate import) => import.HandleAsync(context))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "importCertificate",
            "Imports a certificate with its key from PKCS#12, PEM, DER or PKCS#7.",
            "The body is JSON, parts, or the file itself; the format is detected. Without a key it is taken as a signed certificate if "
                + "its key is here.")
        .Body<CertificateImport>(Example)
        .Accepts<CertificateImport>("application/json", [UploadBody.Multipart, .. UploadBody.FileTypes])
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .Returns<CertificateShape>(StatusCodes.Status201Created)
        .LevelAndAcknowledge()
        .BodyLimit(Mebibytes)
        .DisableAntiforgery()
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await UploadBody.ReadImportAsync(context);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var read = await reading.ReadAsync(body.Value, context.RequestAborted);
        if (!read.Succeeded) return Problem.Of(read.Failure);
        using var upload = read.Value;
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, SettingsKinds.Certificates, SettingsKinds.Certificates.NameOf(context), ct);
            var content = await contents.FindAsync(target, upload, body.Value.Select, ct);
            var version = await versions.StoreAsync(target, "import", content, ct);
            var item = await write.StoreAsync(target, "import", [CertificateVersionWriter.PointTo(target, version.Row.Number)], ct);
            return await CertificateVersionWriter.ReadBackAsync(target, version, item, ct);
        });
        return response.Answer(context, written);
    }
}
