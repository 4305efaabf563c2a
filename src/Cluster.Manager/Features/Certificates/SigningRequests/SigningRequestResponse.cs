using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki.Requests;
using Cluster.Storage.Certificates;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>How signing requests are shown.</summary>
internal static class SigningRequestResponse
{
    private const string Json = "application/json";
    private const string Pem = "application/x-pem-file";
    private const string Der = "application/pkcs10";

    private const string CompromisedHint =
        "Its key is marked compromised, so no certificate for it is taken: cancel it with DELETE, and open a request with a new key.";

    public static SigningRequestShape Show(SigningRequestRecord row, LevelName level)
    {
        var request = Read(row);
        return new SigningRequestShape
        {
            Id = row.Id,
            Certificate = row.Name,
            Level = level.ToString(),
            Subject = request.Subject,
            DnsNames = request.DnsNames,
            IpAddresses = [.. request.IpAddresses.Select(a => a.ToString())],
            PublicKeySha256 = row.PublicKeySha256,
            State = row.State,
            Hint = row.State == SigningRequestState.Compromised ? CompromisedHint : null,
            Pem = request.ToPem(),
            CreatedAt = row.CreatedAt,
        };
    }

    /// <summary>Media type that the caller wants: JSON, PEM or DER; null = none of them.</summary>
    public static string? Wanted(HttpContext context) => Negotiation.Choose(context, Json, Pem, Der);

    /// <summary>Answers in the wanted media type; each has its own entity tag.</summary>
    public static IResult Answer(HttpContext context, SigningRequestRecord row, LevelName level, string mediaType)
    {
        if (context.IsUnchanged(Tag(row, mediaType))) return Results.StatusCode(StatusCodes.Status304NotModified);
        return mediaType switch
        {
            Pem => Results.Text(Read(row).ToPem(), Pem),
            Der => Results.Bytes(row.Request, Der),
            _ => JsonReplies.Json(Show(row, level), RestJson.Default.SigningRequestShape),
        };
    }

    /// <summary>Entity tag of a request in a media type; absent = JSON.</summary>
    public static string Tag(SigningRequestRecord row, string mediaType = Json) => ETags.Of(row.Id, EnumNames.Of(row.State), mediaType);

    private static SigningRequestInfo Read(SigningRequestRecord row) =>
        Pki.Requests.SigningRequests.Read(row.Request).Value
            ?? throw new InvalidOperationException($"The stored signing request {row.Id} is unreadable.");
}
