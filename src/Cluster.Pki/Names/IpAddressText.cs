using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cluster.Pki.Names;

/// <summary>
/// Reads IP addresses that people write, as inet_pton (POSIX) does: four decimal numbers without leading zeros, or the forms of RFC 4291,
/// 2.2. The runtime also takes octal, hexadecimal and short forms, zones and brackets, and makes 192.0.2.8 of 192.0.2.010.
/// </summary>
public static class IpAddressText
{
    /// <summary>Reads an address without zone, brackets or port.</summary>
    /// <param name="text">The text; null is no address.</param>
    /// <param name="address">The address, or null.</param>
    public static bool TryRead([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text is null || !(text.Contains(':', StringComparison.Ordinal) ? IsV6(text) : IsV4(text))) return false;
        return IPAddress.TryParse(text, out address);
    }

    /// <summary>Reads a network, address and length of the prefix with a slash between, without bits behind the prefix.</summary>
    /// <param name="text">The text; null is no network.</param>
    /// <param name="network">The network.</param>
    public static bool TryReadNetwork([NotNullWhen(true)] string? text, out IPNetwork network)
    {
        network = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (text is null || slash < 0 || !TryRead(text[..slash], out var address)) return false;
        var length = text[(slash + 1)..];
        var most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return length.All(char.IsAsciiDigit)
            && length is { Length: 1 or 2 or 3 } and not ['0', _, ..]
            && int.Parse(length, CultureInfo.InvariantCulture) <= most
            && IPNetwork.TryParse(text, out network)
            && network.BaseAddress.Equals(address);
    }

    /// <summary>
    /// Whether the last label is a number, so that the name can be no host name (RFC 1123, 2.1): software that is less strict takes it
    /// for an address.
    /// </summary>
    public static bool EndsInNumber(string name)
    {
        var end = name.TrimEnd('.');
        var label = end[(end.LastIndexOf('.') + 1)..];
        return label.All(char.IsAsciiDigit)
            || (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && label[2..].All(char.IsAsciiHexDigit));
    }

    private static bool IsV4(string text) => text.Split('.') is { Length: 4 } parts && parts.All(IsOctet);

    private static bool IsOctet(string part) =>
        part.Length is >= 1 and <= 3
            && part.All(char.IsAsciiDigit)
            && (part.Length == 1 || part[0] != '0')
            && int.Parse(part, CultureInfo.InvariantCulture) <= byte.MaxValue;

    // The runtime judges the number and the order of the parts; here stands what each part may be.
    private static bool IsV6(string text)
    {
        var parts = text.Split(':');
        var last = parts[^1];
        return parts[..^1].All(IsGroup) && (last.Contains('.', StringComparison.Ordinal) ? IsV4(last) : IsGroup(last));
    }

    private static bool IsGroup(string part) => part.Length <= 4 && part.All(char.IsAsciiHexDigit);
}
