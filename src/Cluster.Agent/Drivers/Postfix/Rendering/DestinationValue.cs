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
        var level = LevelOf(control.Tls);
        if (!Verifies(control.Tls)) return level;

        // RFC 8461, 7.1: a host with several certificates chooses by the name of the MX host.
        return $"{level} match={MatchOf(name.StartsWith('.') ? null : name, control, [])} servername=hostname";
    }

    /// <summary>smtp_tls_security_level of a mode.</summary>
    public static string LevelOf(DestinationTls tls) => tls switch
    {
        DestinationTls.None => "none",
        DestinationTls.Preferred or DestinationTls.PreferredVerify => "may",
        DestinationTls.Required => "encrypt",
        _ => "secure",
    };

    /// <summary>Whether mail is held back from a peer whose certificate does not verify.</summary>
    public static bool Verifies(DestinationTls tls) => tls is DestinationTls.RequiredVerify or DestinationTls.RequiredVerifyHostedDomains;

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
