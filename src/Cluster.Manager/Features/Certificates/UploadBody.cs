using System.Text;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki.Containers;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Takes an upload out of a request: JSON, multipart, or the file itself.</summary>
internal static class UploadBody
{
    /// <summary>Media type of uploads in parts.</summary>
    public const string Multipart = "multipart/form-data";

    /// <summary>Media types of a file that is the body itself.</summary>
    public static readonly string[] FileTypes =
    [
        "application/x-pem-file",
        "application/pkix-cert",
        "application/x-x509-ca-cert",
        "application/pkcs7-mime",
        "application/x-pkcs7-certificates",
        "application/pem-certificate-chain", "application/x-pkcs12", "application/octet-stream", "text/plain",
    ];

    /// <summary>Reads what imports take: JSON, parts, or the file itself.</summary>
    public static async Task<Outcome<Upload>> ReadImportAsync(HttpContext context)
    {
        if (RequestBody.HasMediaType(context, FileTypes)) return new Upload(await context.ReadBytesAsync());
        if (RequestBody.HasMediaType(context, Multipart)) return await ReadFormAsync(context);
        if (!RequestBody.HasMediaType(context, "application/json")) return Unsupported();
        var body = await context.ReadAsync(RestJson.Default.CertificateImport);
        if (!body.Succeeded) return body.Failure;
        var errors = new List<FieldError>();
        var asked = body.Value;
        var format = ReadFormat(asked.Format, errors);
        var upload = new Upload(Decode(asked.Data, "/data", errors))
        {
            Format = format,
            Password = asked.Password,
            PrivateKey = asked.PrivateKey is null ? (ReadOnlyMemory<byte>?)null : Decode(asked.PrivateKey, "/privateKey", errors),
            PrivateKeyPassword = asked.PrivateKeyPassword,
            Certificates = [.. (asked.Certificates ?? []).Select((c, i) => Decode(c, $"/certificates/{i}", errors))],
            Select = asked.Select,
        };
        return errors.Count == 0 ? upload : CommonFailures.Invalid(errors);
    }

    /// <summary>Reads a signed certificate: JSON, or a file of any type.</summary>
    public static async Task<Outcome<Upload>> ReadSignedAsync(HttpContext context)
    {
        if (RequestBody.HasMediaType(context, FileTypes)) return new Upload(await context.ReadBytesAsync());
        if (RequestBody.HasMediaType(context, Multipart)) return await ReadFormAsync(context);
        if (!RequestBody.HasMediaType(context, "application/json")) return Unsupported();
        var body = await context.ReadAsync(RestJson.Default.SignedCertificateUpload);
        if (!body.Succeeded) return body.Failure;
        var errors = new List<FieldError>();
        var upload = new Upload(Decode(body.Value.Data, "/data", errors))
        {
            Password = body.Value.Password,
            Certificates = [.. (body.Value.Intermediates ?? []).Select((c, i) => Decode(c, $"/intermediates/{i}", errors))],
        };
        return errors.Count == 0 ? upload : CommonFailures.Invalid(errors);
    }

    private static Failure Unsupported() => new(
        FailureCategory.UnsupportedMediaType,
        ProblemCodes.UnsupportedMediaType,
        $"Send JSON, multipart/form-data, or the file as one of {string.Join(", ", FileTypes)}.");

    private static ReadOnlyMemory<byte> Decode(string text, string pointer, List<FieldError> errors)
    {
        if (text.Contains("-----BEGIN ", StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(text);
        var buffer = new byte[text.Length];
        if (Convert.TryFromBase64String(text, buffer, out var length)) return buffer.AsMemory(0, length);
        // PEM whose hyphens something changed: the reader says so.
        if (text.Contains("BEGIN ", StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(text);
        errors.Add(new FieldError(pointer, FieldErrorCodes.NotBase64, "Send the bytes in base64 (RFC 4648), or PEM text as it stands."));
        return default;
    }

    private static ContainerKind? ReadFormat(string? text, List<FieldError> errors)
    {
        switch (text)
        {
            case null: return null;
            case "pem": return ContainerKind.Pem;
            case "der": return ContainerKind.Der;
            case "pkcs7": return ContainerKind.Pkcs7;
            case "pkcs12": return ContainerKind.Pkcs12;
            default:
                errors.Add(new FieldError(
                    "/format", FieldErrorCodes.Value, "The format is pem, der, pkcs7 or pkcs12; leave it out to detect it."));
                return null;
        }
    }

    private static async Task<Outcome<Upload>> ReadFormAsync(HttpContext context)
    {
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            // The second is what a body gives that ends before its last boundary, or has none.
            return new Failure(
                FailureCategory.Malformed,
                ProblemCodes.NotMultipart,
                $"The body is not multipart/form-data: {e.Message.TrimEnd(' ', ':')}");
        }

        var errors = new List<FieldError>();
        string[] known = ["data", "format", "password", "privateKey", "privateKeyPassword", "certificates", "intermediates", "select"];
        foreach (var name in form.Keys.Concat(form.Files.Select(f => f.Name)).Distinct().Except(known))
            errors.Add(new FieldError($"/{name}", FieldErrorCodes.UnknownMember, $"There is no part '{name}'."));
        var data = (await PartsAsync(form, "data", errors, context.RequestAborted)).FirstOrDefault();
        if (data.IsEmpty) errors.Add(new FieldError("/data", FieldErrorCodes.Required, "The part 'data' is missing or empty."));
        var key = (await PartsAsync(form, "privateKey", errors, context.RequestAborted)).FirstOrDefault();
        var upload = new Upload(data)
        {
            Format = ReadFormat(Text(form, "format"), errors),
            Password = Text(form, "password"),
            PrivateKey = key.IsEmpty ? (ReadOnlyMemory<byte>?)null : key,
            PrivateKeyPassword = Text(form, "privateKeyPassword"),
            Certificates = [
                .. await PartsAsync(form, "certificates", errors, context.RequestAborted),
                .. await PartsAsync(form, "intermediates", errors, context.RequestAborted)
            ],
            Select = Text(form, "select"),
        };
        return errors.Count == 0 ? upload : CommonFailures.Invalid(errors);
    }

    private static string? Text(IFormCollection form, string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;

    private static async Task<List<ReadOnlyMemory<byte>>> PartsAsync(
        IFormCollection form, string name, List<FieldError> errors, CancellationToken ct)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        foreach (var file in form.Files.GetFiles(name))
        {
            using var buffer = new MemoryStream();
            await file.CopyToAsync(buffer, ct);
            parts.Add(buffer.ToArray());
        }

        if (form.TryGetValue(name, out var texts)) parts.AddRange(texts.OfType<string>().Select(t => Decode(t, $"/{name}", errors)));
        return parts;
    }
}
