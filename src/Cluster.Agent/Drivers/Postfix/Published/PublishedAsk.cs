using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Verification.Published;

namespace Cluster.Agent.Drivers.Postfix.Published;

/// <summary>What a domain asks of those who send mail to it, by what it publishes.</summary>
/// <param name="DaneHosts">Hosts that publish keys (RFC 7672); empty = none does.</param>
/// <param name="DaneEverywhere">Whether each of its hosts does.</param>
/// <param name="MtaSts">Whether an MTA-STS policy in mode <c>enforce</c> counts now (RFC 8461).</param>
internal sealed record PublishedAsk(IReadOnlyList<string> DaneHosts, bool DaneEverywhere, bool MtaSts)
{
    private const string Dane = "dane";
    private const string Verified = "secure";
    private const int HostsShown = 3;

    /// <summary>Of what is known of a domain; null = it asks for nothing.</summary>
    public static PublishedAsk? Of(DaneSeen? dane, MtaStsSeen? policy, DateTimeOffset now)
    {
        var hosts = dane is { State: PublishedState.Published } ? dane.Hosts : [];
        var enforces = policy?.Enforces(now) is true;
        return hosts.Count > 0 || enforces ? new PublishedAsk(hosts, dane?.Everywhere is true, enforces) : null;
    }

    /// <summary>Whether a level of smtp_tls_policy_maps gives mail less than what is asked.</summary>
    public bool IsMoreThan(string level)
    {
        if (DaneHosts.Count > 0 && PolicyLevel.IsWeaker(level, Dane)) return true;

        // RFC 8461, 2: where every host has keys, DANE alone is as good.
        return MtaSts && PolicyLevel.IsWeaker(level, Verified) && !(level == Dane && DaneEverywhere);
    }

    /// <summary>Whether some level is less than what can be asked: else nobody needs to look.</summary>
    public static bool MayBeMoreThan(string level) => PolicyLevel.IsWeaker(level, Dane) || PolicyLevel.IsWeaker(level, Verified);

    /// <summary>What is published, for people.</summary>
    public string Text => (DaneHosts.Count > 0, MtaSts) switch
    {
        (true, true) => $"{Keys} and an MTA-STS policy in mode enforce",
        (true, false) => Keys,
        _ => "an MTA-STS policy in mode enforce",
    };

    /// <summary>What would do for it, for people.</summary>
    public string Remedy => DaneHosts.Count > 0 ? "Ask for DANE (`dane`) or `required-verify`" : "Ask for `required-verify`";

    /// <summary>All of it, by which it is compared with what was known before.</summary>
    public string Key => $"{string.Join(',', DaneHosts)} {DaneEverywhere} {MtaSts}";

    private string Keys
    {
        get
        {
            var shown = string.Join(", ", DaneHosts.Take(HostsShown));
            return $"keys for DANE (TLSA records of {shown}{(DaneHosts.Count > HostsShown ? " and others" : "")})";
        }
    }
}
