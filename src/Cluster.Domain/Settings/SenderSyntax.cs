using System.Globalization;
using System.Net;
using Cluster.Pki.Names;

namespace Cluster.Domain.Settings;

/// <summary>The forms in which a sender can be written: address, network, range, partial address, host name, partial domain, ALL.</summary>
public static class SenderSyntax
{
    /// <summary>Matches everybody.</summary>
    public const string All = "ALL";

    private static readonly (string Prefix, string Code, string Reason)[] Refused =
    [
        (
            "sbrs",
            "sbrs-not-supported",
            "Sender reputation scores (SBRS) come from a service that only Cisco's appliances can ask; name the senders, or decide by "
                + "reputation in the mail software."),
        (
            "sbo",
            "sbo-not-supported",
            "The SenderBase organisation (SBO) is known only to a service that only Cisco's appliances can ask; name the "
                + "organisation's networks."),
        (
            "dnslist",
            "dnslist-not-supported",
            "DNS lists are asked while mail comes in, but TLS is decided before; use the DNS list in the mail software."),
    ];

    /// <summary>Returns what is wrong with a sender, or null when nothing is.</summary>
    public static (string Code, string Detail)? Problem(string sender)
    {
        if (sender == All) return null;
        foreach (var (prefix, code, reason) in Refused)
        {
            if (sender.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                && (sender.Length == prefix.Length || sender[prefix.Length] is '[' or ':' or '=' or ' '))
                return (code, reason);
        }

        if (sender.Contains('/', StringComparison.Ordinal)) return NetworkProblem(sender);
        if (IsAddress(sender) || IsPartialAddress(sender) || IsRange(sender)) return null;
        var name = sender.StartsWith('.') ? sender[1..] : sender;
        // No top-level domain is without letters: what has none is a mistyped address.
        var isNumeric = !name.Split('.')[^1].Any(char.IsLetter);
        return !isNumeric && DnsNames.TryNormalise(name, out _)
            ? null
            : (
                "sender",
                $"'{sender}' is not an address, network (10.1.0.0/16), range (10.1.1.5-20), partial address (10.1.), host name, "
                    + "'.partial.domain' or 'ALL'.");
    }

    private static (string Code, string Detail)? NetworkProblem(string sender)
    {
        var slash = sender.IndexOf('/', StringComparison.Ordinal);
        if (!IsAddress(sender[..slash])
            || !int.TryParse(sender[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            return ("network", $"'{sender}' is not a network; write it as 10.1.0.0/16 or 2001:db8::/32.");
        var bytes = IPAddress.Parse(sender[..slash]).GetAddressBytes();
        if (bits > bytes.Length * 8) return ("network", $"The prefix of '{sender}' is longer than the address.");
        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
                return ("network", $"'{sender}' sets bits behind the prefix; write the network's own address.");
        }

        return null;
    }

    private static bool IsAddress(string text) => IpAddressText.TryRead(text, out _);

    private static bool IsPartialAddress(string text)
    {
        var octets = (text.EndsWith('.') ? text[..^1] : text).Split('.');
        return octets.Length is >= 1 and <= 3 && octets.All(IsOctet);
    }

    private static bool IsRange(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash <= 0) return false;
        var (first, last) = (text[..dash], text[(dash + 1)..]);
        if (first.Contains(':', StringComparison.Ordinal))
            return IsAddress(first)
                && IsAddress(last)
                && IPAddress.Parse(first).GetAddressBytes().AsSpan().SequenceCompareTo(IPAddress.Parse(last).GetAddressBytes()) <= 0;
        var octets = first.Split('.');
        return octets.Length is >= 1 and <= 4 && octets.All(IsOctet) && IsOctet(last)
            && int.Parse(octets[^1], CultureInfo.InvariantCulture) <= int.Parse(last, CultureInfo.InvariantCulture);
    }

    private static bool IsOctet(string text) =>
        text.Length is >= 1 and <= 3
            && text.All(char.IsAsciiDigit)
            && (text.Length == 1 || text[0] != '0')
            && int.Parse(text, CultureInfo.InvariantCulture) <= 255;
}
