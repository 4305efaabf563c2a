using System.Collections.Frozen;

namespace Cluster.Pki.Names;

/// <summary>
/// Domains under which anybody can register names. Not the list of publicsuffix.org, whose licence (MPL) does not fit here and which
/// changes every week: top-level domains, and the usual second level of countries that register below it (<c>co.uk</c>,
/// <c>com.au</c>). Suffixes of single providers and towns are not known.
/// </summary>
internal static class PublicSuffixes
{
    private static readonly FrozenSet<string> SecondLevel = FrozenSet.ToFrozenSet(
        ["ac", "co", "com", "edu", "go", "gob", "gov", "gouv", "gv", "mil", "ne", "net", "nom", "or", "org", "sch"],
        StringComparer.Ordinal);

    // Countries that register only below the top level, so that such a name is one like any other.
    private static readonly FrozenSet<string> Flat = FrozenSet.ToFrozenSet(
        ["be", "ch", "cz", "de", "dk", "eu", "fi", "li", "lu", "nl", "sk"], StringComparer.Ordinal);

    /// <summary>Whether a domain is one, without a leading dot or wildcard.</summary>
    public static bool Contains(string domain)
    {
        if (!DnsNames.TryNormalise(domain, out var name)) return false;
        return name.Split('.') is [_] || (name.Split('.') is [var second, { Length: 2 } top] && SecondLevel.Contains(second)
            && !Flat.Contains(top));
    }
}
