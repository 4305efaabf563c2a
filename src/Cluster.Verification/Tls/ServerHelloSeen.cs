using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Verification.Tls;

/// <summary>What a server answered to a ClientHello.</summary>
public sealed record ServerHelloSeen
{
    private static readonly Dictionary<int, string> AlertNames = new()
    {
        [40] = "handshake failure",
        [47] = "illegal parameter",
        [70] = "protocol version",
        [71] = "insufficient security",
        [80] = "internal error",
        [86] = "inappropriate fallback",
        [112] = "unrecognized name",
        [116] = "certificate required",
    };

    /// <summary>Whether the server went along: with the version that was offered, up to its last word before the client's keys.</summary>
    public required bool IsAccepted { get; init; }

    /// <summary>The suite that it chose; 0 = none.</summary>
    public int Suite { get; init; }

    /// <summary>The leaf that it showed, DER; null = none, as in TLS 1.3, where it is encrypted.</summary>
    public ReadOnlyMemory<byte>? Leaf { get; init; }

    /// <summary>For people: how it refused; empty when it accepted.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>The registered name of an alert (RFC 8446, 6).</summary>
    internal static string AlertName(int code) => AlertNames.GetValueOrDefault(code) ?? $"alert {code}";

    internal static ServerHelloSeen Refused(string how) => new() { IsAccepted = false, Refusal = how };

    internal static ServerHelloSeen OtherVersion(TlsVersion offered, int number) =>
        Refused($"it answered {EnumNames.Of(offered)} with version {number:X4}");
}
