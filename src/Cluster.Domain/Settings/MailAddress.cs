using System.Text.RegularExpressions;
using Cluster.Pki.Names;

namespace Cluster.Domain.Settings;

/// <summary>The forms of mail addresses (RFC 5321, 4.1.2, without quoted local parts).</summary>
internal static partial class MailAddress
{
    /// <summary>Whether a text can stand before the <c>@</c>.</summary>
    public static bool IsLocalPart(string text) => LocalPart().IsMatch(text);

    /// <summary>Whether a text is the address of one mailbox, <c>user@example.org</c>.</summary>
    public static bool IsMailbox(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && IsLocalPart(text[..at]) && DnsNames.TryNormalise(text[(at + 1)..], out _);
    }

    [GeneratedRegex("^[^\\s@\"<>()\\[\\],;:\\\\]{1,64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LocalPart();
}
