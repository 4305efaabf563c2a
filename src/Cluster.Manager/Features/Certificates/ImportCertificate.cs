using Cluster.Contracts.Certificates;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki.Chains;
using Cluster.Pki.Containers;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Imports a certificate with its key from any container; makes the item, or a new version of it.</summary>
internal sealed class ImportCertificate(CertificateVersionWriter writes, UploadReading reading, SignedContent signed, ChainAssembly chains)
{
    /// <summary>Largest body, in MiB.</summary>
    public const int Mebibytes = 10;

    private const string Example = """{"data":"MIIK…","password":"…"}""";

    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost("/{name}/import", (HttpContext context, ImportCertificate import) => import.HandleAsync(context))
        .RequireAuthorization(Policies.Operator)
        .Operation("importCertificate", "Imports a certificate with its key from PKCS#12, PEM, DER or PKCS#7.", "The format is detected. Without a key it is taken as a signed certificate if its key is here. The same parts as multipart/form-data.")
        .Body<CertificateImport>(Example)
        .Accepts<CertificateImport>("application/json", UploadBody.Multipart)
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
        var written = await writes.RunAsync(context, "import", (target, ct) => PrepareAsync(target, upload, body.Value.Select, ct));
        return written.Match(w => CertificateVersionWriter.Answer(context, w));
    }

    private async Task<Outcome<PreparedVersion>> PrepareAsync(WriteTarget target, ReadUpload upload, string? select, CancellationToken ct)
    {
        if (!KeySelection.Select(upload.All, select).TryGet(out var key, out var error))
        {
            if (error.Code != KeySelection.NoPrivateKey) return CertificateFailures.Key(error, upload.All);
            if (upload.Locked() is { } locked) return locked;
            var known = await signed.PrepareAsync(target, upload, ct);
            return known.Failure is { Code: "key-unknown" } or { Code: "no-certificate" } ? CertificateFailures.Key(error, upload.All) : known;
        }

        var leaf = ChainRepair.FindLeaf(key.PublicKeySha256, upload.Certificates) ?? throw new InvalidOperationException("A key was selected that has no certificate.");
        var chain = await chains.RepairAsync(target, leaf, upload.Certificates, ct);
        return new PreparedVersion(new NewVersion(CertificateSource.Imported, leaf, chain.Intermediates), key, chain) { Notes = upload.Notes() };
    }
}
