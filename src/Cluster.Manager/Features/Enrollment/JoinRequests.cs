using System.Globalization;
using System.Net;
using System.Text.Json;
using Cluster.Domain.Failures;
using Cluster.Pki.Keys;
using Cluster.Protocol;
using Google.Protobuf;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>Reads what hosts send to enrol.</summary>
internal static class JoinRequests
{
    /// <summary>Reads a request and takes its public key, the only thing that is ever taken from it.</summary>
    public static Outcome<PublicKeyMaterial> ReadKey(ByteString request)
    {
        if (request.Length > ProtocolLimits.MaxCertificateRequestBytes)
            return EnrollmentFailures.RequestInvalid("request-too-large", "A certificate request may have at most 16 KiB.");
        if (!Pki.Requests.SigningRequests.Read(request.Span).TryGet(out var info, out var error))
            return EnrollmentFailures.RequestInvalid(error.Code, error.Message);
        return info.PublicKey is { Algorithm: KeyAlgorithm.Ec, Size: 256 or 384 } key ? key : EnrollmentFailures.KeyUnsuitable;
    }

    /// <summary>Checks a machine's name: an RFC 1123 host name, lower case, not of UUID form.</summary>
    public static Outcome<string> ReadName(string name)
    {
        var lower = name.ToLower(CultureInfo.InvariantCulture);
        var valid = lower.Length is > 0 and <= 253 && !Guid.TryParse(lower, out _) && lower.Split('.').All(IsLabel);
        return valid
            ? lower
            : EnrollmentFailures.RequestInvalid(
                "machine-name-invalid", "A machine's name is a host name (RFC 1123) and not of UUID form; set one with --name.");
    }

    /// <summary>Whether an address is in one of the networks of a token.</summary>
    /// <param name="networks">JSON array of CIDR texts; empty = any.</param>
    /// <param name="address">The caller's address.</param>
    public static bool IsFrom(string networks, IPAddress? address)
    {
        using var document = JsonDocument.Parse(networks);
        if (document.RootElement.GetArrayLength() == 0) return true;
        if (address is null) return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return document.RootElement.EnumerateArray()
            .Any(n => IPNetwork.TryParse(n.GetString(), out var network) && network.Contains(plain));
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63
            && label[0] != '-'
            && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
