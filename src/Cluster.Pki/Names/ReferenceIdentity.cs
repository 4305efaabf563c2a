using System.Net;

namespace Cluster.Pki.Names;

/// <summary>A name under which a peer may prove itself (RFC 9525, 4 and 6.1).</summary>
public sealed record ReferenceIdentity
{
    private ReferenceIdentity(string text, IPAddress? address, bool underDomain) =>
        (Text, Address, UnderDomain) = (text, address, underDomain);

    /// <summary>The normalised name (without a leading dot) or the address as text.</summary>
    public string Text { get; }

    /// <summary>Set when peers are reached by an IP address literal (RFC 9525, 6.5); null = a DNS name.</summary>
    public IPAddress? Address { get; }

    /// <summary>True when any name under the domain counts, and the domain itself does not (Postfix <c>.DOMAIN</c>).</summary>
    public bool UnderDomain { get; }

    /// <summary>A host name or domain, an IP address, or with a leading dot any name under a domain.</summary>
    /// <returns>Null when the text is none of them.</returns>
    public static ReferenceIdentity? TryParse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (IpAddressText.TryRead(text, out var address)) return new ReferenceIdentity(address.ToString(), address, underDomain: false);
        var under = text[0] == '.';
        var domain = under ? text[1..] : text;
        return DnsNames.TryNormalise(domain, out var name) && !IpAddressText.EndsInNumber(name)
            ? new ReferenceIdentity(name, address: null, under)
            : null;
    }

    /// <summary>The written form.</summary>
    public override string ToString() => UnderDomain ? "." + Text : Text;
}
