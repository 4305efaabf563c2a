using Cluster.Contracts.Settings;
using Cluster.Pki.Names;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>What a destination control is in Postfix's words.</summary>
internal static class DestinationValue
{
    /// <summary>The right side of a policy row.</summary>
    /// <param name="name">Domain, or with a leading dot its sub-domains.</param>
    /// <param name="control">What holds for it; not the mode <c>default</c>. Names that cannot be matched are left out.</param>
    public static string Of(string name, DestinationControl control)
    {
        var level = LevelOf(control);
        if (!Verifies(control)) return level;

        // RFC 8461, 7.1: a host with several certificates chooses by the name of the MX host.
        return $"{level} match={MatchOf(name.StartsWith('.') ? null : name, control, [])} servername=hostname";
    }

    /// <summary>smtp_tls_security_level of a control. Keys in the DNS (RFC 7672) are what DANE verifies, and nothing beside them.</summary>
    public static string LevelOf(DestinationControl control) => control switch
    {
        { Dane: DaneMode.Mandatory } => "dane-only",
        { Dane: DaneMode.Opportunistic } => "dane",
        { Tls: DestinationTls.None } => "none",
        { Tls: DestinationTls.Preferred or DestinationTls.PreferredVerify } => "may",
        { Tls: DestinationTls.Required } => "encrypt",
        _ => "secure",
    };

    /// <summary>Whether mail is held back from a peer whose certificate does not lead to a trusted authority and bear a name.</summary>
    public static bool Verifies(DestinationControl control) =>
        !UsesDane(control) && control.Tls is (DestinationTls.RequiredVerify or DestinationTls.RequiredVerifyHostedDomains);

    /// <summary>Whether keys in the DNS count.</summary>
    public static bool UsesDane(DestinationControl control) => control.Dane is DaneMode.Opportunistic or DaneMode.Mandatory;

    /// <summary>Whether mail is held back from a peer without TLS.</summary>
    public static bool Encrypts(DestinationControl control) => LevelOf(control) is not ("none" or "may" or "dane");

    /// <summary>
    /// The names that count, joined by colons: own list, else the domain and what is under it, for hosted domains the MX host
    /// too.
    /// </summary>
    /// <param name="domain">The domain; null where Postfix must take the next hop's.</param>
    /// <param name="control">The control.</param>
    /// <param name="unmatched">Gets names that cannot be matched.</param>
    public static string MatchOf(string? domain, DestinationControl control, List<string> unmatched)
    {
        if (control.Match is { Count: > 0 } own) return string.Join(':', own.Select(m => Name(m, unmatched)));
        var names = domain is null ? "nexthop:dot-nexthop" : $"{domain}:.{domain}";
        return control.Tls == DestinationTls.RequiredVerifyHostedDomains ? names + ":hostname" : names;
    }

    private static string Name(string match, List<string> unmatched)
    {
        if (ReferenceIdentity.TryParse(match) is { Address: null } identity) return identity.ToString();
        unmatched.Add(match);
        return "";
    }
}
