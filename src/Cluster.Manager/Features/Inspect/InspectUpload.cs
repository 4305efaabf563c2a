using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Domain.Validation;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Findings;

namespace Cluster.Manager.Features.Inspect;

/// <summary>Reads any file with the same reader as import, and stores nothing.</summary>
internal static class InspectUpload
{
    private const string Description = "All certificates, keys (never shown), requests, the chain as it would be installed, and "
        + "findings. The same parts as import; with several keys, select says which one it is about.";

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/inspect", HandleAsync)
        .Tagged("inspect", "Looks into certificate files without storing anything.")
        .RequireAuthorization(Policies.Viewer)
        .Operation("inspect", "Says what is in a file; nothing is stored.", Description)
        .Body<CertificateImport>("""{"data":"MIIK…","password":"…"}""")
        .Accepts<CertificateImport>("application/json", [UploadBody.Multipart, .. UploadBody.FileTypes])
        .Returns<InspectResult>()
        .BodyLimit(ImportCertificate.Mebibytes)
        .DisableAntiforgery()
        .WithoutDryRun();

    private static async Task<IResult> HandleAsync(HttpContext context, UploadReading reading, TimeProvider clock)
    {
        var body = await UploadBody.ReadImportAsync(context);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var read = await reading.ReadAsync(body.Value, context.RequestAborted);
        if (!read.Succeeded) return Problem.Of(read.Failure);
        using var upload = read.Value;
        if (body.Value.Select is { } select && !KeySelection.Select(upload.All, select).TryGet(out _, out var error))
            return Problem.Of(CertificateFailures.Key(error, upload.All));
        context.Response.Headers.CacheControl = "no-store";
        var judged = InspectedChain.Of(upload, body.Value.Select, clock.GetUtcNow(), context.RequestAborted);
        return JsonReplies.Json(Show(upload, judged), RestJson.Default.InspectResult);
    }

    private static InspectResult Show(ReadUpload upload, InspectedChain judged)
    {
        var found = upload.All;
        return new InspectResult
        {
            Containers = [.. found.Containers.Select(c => new ContainerShape(c.Kind.ToString().ToLowerInvariant(), c.Detail))],
            Certificates = [.. found.Certificates.Select(c => Show(c, found.PrivateKeys.Any(k => k.Public.Matches(c.PublicKey))))],
            PrivateKeys = [.. found.PrivateKeys.Select(k => new InspectedKey(KeyMaking.NameOf(k.Algorithm), k.Size, k.PublicKeySha256))],
            SigningRequests = [
                .. found.SigningRequests.Select(
                    r => new InspectedRequest(r.Subject, r.DnsNames, [.. r.IpAddresses.Select(a => a.ToString())], r.PublicKey.Sha256))
            ],
            Chain = judged.Chain is { } chain ? [.. chain.Served.Select(c => c.Sha256)] : null,
            Findings = [.. (judged.Chain is { } c ? upload.Notes(c) : upload.Notes()).Concat(judged.Findings).Select(Show)],
        };
    }

    private static CertificateFindingShape Show(CertificateFinding finding) =>
        new() { Code = finding.Code, Severity = finding.Severity.ToFindingSeverity(), Message = finding.Message, Hint = finding.Hint };

    public static InspectedCertificate Show(CertificateInfo certificate, bool hasPrivateKey) => new()
    {
        Subject = certificate.Subject,
        Issuer = certificate.Issuer,
        SerialNumber = certificate.SerialNumber,
        DnsNames = certificate.DnsNames,
        IpAddresses = [.. certificate.IpAddresses.Select(a => a.ToString())],
        NotBefore = certificate.NotBefore,
        NotAfter = certificate.NotAfter,
        KeyAlgorithm = KeyMaking.NameOf(certificate.KeyAlgorithm),
        KeySize = certificate.KeySize,
        SignatureAlgorithm = certificate.SignatureAlgorithm,
        IsCa = certificate.IsCa,
        Sha256 = certificate.Sha256,
        PublicKeySha256 = certificate.PublicKeySha256,
        HasPrivateKey = hasPrivateKey,
    };
}
