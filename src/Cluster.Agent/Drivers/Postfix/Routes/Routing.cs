using Cluster.Agent.Drivers.Postfix.ClientCertificates;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>
/// Every way that mail can leave this host by: what trivial-rewrite(8) makes of its configuration, for every sender and recipient at once.
/// </summary>
internal sealed record Routing
{
    /// <summary>The name of every domain that no route names.</summary>
    public const string EveryOther = "*";

    private const string FallbackRelay = "smtp_fallback_relay";

    private readonly IReadOnlyDictionary<string, Route> routes = new Dictionary<string, Route>();
    private readonly ILookup<string, Route> byAddress = Enumerable.Empty<Route>().ToLookup(_ => "");

    /// <summary>A host that routes nothing.</summary>
    public static Routing None { get; } = new();

    /// <summary>Key of transport_maps (<c>user@domain</c>, domain, <c>.domain</c> or <c>*</c>; lower-case) to its route.</summary>
    public IReadOnlyDictionary<string, Route> Routes
    {
        get => routes;
        init
        {
            routes = value;
            byAddress = value.Where(r => r.Key.Contains('@', StringComparison.Ordinal)).ToLookup(r => DomainOf(r.Key), r => r.Value);
        }
    }

    /// <summary>Whether a domain in transport_maps stands for its sub-domains as well.</summary>
    public bool ParentsMatch { get; init; }

    /// <summary>What some senders have instead of relayhost.</summary>
    public IReadOnlyList<Route> SenderRelays { get; init; } = [];

    /// <summary>What some senders have instead of default_transport.</summary>
    public IReadOnlyList<Route> SenderTransports { get; init; } = [];

    /// <summary>relayhost, lower-case; empty = none.</summary>
    public string RelayHost { get; init; } = "";

    /// <summary>default_transport.</summary>
    public Route Default { get; init; } = new("smtp", "", "default_transport");

    /// <summary>relay_transport.</summary>
    public Route Relay { get; init; } = new("relay", "", "relay_transport");

    /// <summary>
    /// Where mail for domains of this host itself is passed on to: virtual_transport, local_transport, and what local(8) hands its mail to.
    /// Postfix alone knows whose those are.
    /// </summary>
    public IReadOnlyList<Route> Hosted { get; init; } = [];

    /// <summary>best_mx_transport; null = none.</summary>
    public Route? BestMx { get; init; }

    /// <summary>Where the running Postfix sends mail for a domain, whatever its configuration says of that.</summary>
    public IReadOnlyDictionary<string, Way> Asked { get; init; } = new Dictionary<string, Way>();

    /// <summary>What each of those domains is to this host.</summary>
    public IReadOnlyDictionary<string, DomainClass> Classes { get; init; } = new Dictionary<string, DomainClass>();

    /// <summary>What the running Postfix answers for those of them that a route of ours is for: <c>transport:nexthop</c>.</summary>
    public IReadOnlyDictionary<string, string> AskedOfUs { get; init; } = new Dictionary<string, string>();

    /// <summary>Routes of ours that were applied, by domain; they are none of the host's.</summary>
    public IReadOnlyDictionary<string, OwnRoute> OwnRoutes { get; init; } = new Dictionary<string, OwnRoute>();

    /// <summary>Whether trivial-rewrite(8) has routes of its own in master.cf, beside which those of main.cf do not count.</summary>
    public bool ResolverHasRoutes { get; init; }

    /// <summary>
    /// What is said of a word of the entry of trivial-rewrite(8) behind which no option is seen, so that nothing shows its routes; null =
    /// there is none.
    /// </summary>
    public string? UnclearResolver { get; init; }

    /// <summary>Where whole messages are sent past what routes them: content filters, and whatever is written as one.</summary>
    public IReadOnlyList<Route> Filters { get; init; } = [];

    /// <summary>Where smtpd(8) hands messages to before they are queued, in clear text always.</summary>
    public IReadOnlyList<Route> Proxies { get; init; } = [];

    /// <summary>Actions that send messages to a next hop which is made of what they match.</summary>
    public IReadOnlyList<string> UntoldFilters { get; init; } = [];

    /// <summary>Tables and services that may send messages elsewhere, and cannot be searched for that.</summary>
    public IReadOnlyList<string> UnreadFilters { get; init; } = [];

    /// <summary>The delivery agents by name.</summary>
    public IReadOnlyDictionary<string, MailTransport> Transports { get; init; } = new Dictionary<string, MailTransport>();

    /// <summary>Parameters of main.cf that decide how smtp(8) delivers, expanded.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Maps with routes that cannot be listed, so that nothing shows all ways: <c>map (parameter)</c>.</summary>
    public IReadOnlyList<string> Unlisted { get; init; } = [];

    /// <summary>The same of maps that matter for mail which local(8) gets, and for no other.</summary>
    public IReadOnlyList<string> UnlistedHosted { get; init; } = [];

    /// <summary>Why answers of the DNS are not validated for smtp(8); null = they are, or nobody asked.</summary>
    public ResolverFault? Unvalidated { get; init; }

    /// <summary>The same for transports that are locked into the queue's directory.</summary>
    public ResolverFault? UnvalidatedInChroot { get; init; }

    /// <summary>mail_version, by which some parameters exist and others do not.</summary>
    public PostfixVersion Version => PostfixVersion.Parse(Parameters.GetValueOrDefault("mail_version"));

    /// <summary>What is said of a domain that has one route under one form of its name and another under the other.</summary>
    public IReadOnlyList<string> Ambiguous { get; init; } = [];

    /// <summary>The administrator's own policies: next hop to policy and its map.</summary>
    public IReadOnlyList<OwnPolicy> Policies { get; init; } = [];

    /// <summary>The administrator's own maps of policies that cannot be listed.</summary>
    public IReadOnlyList<string> UnlistedPolicies { get; init; } = [];

    /// <summary>The domains, and <c>.domain</c> for sub-domains, that a route names.</summary>
    public IEnumerable<string> Names => Routes.Keys.Select(DomainOf).Where(n => n != EveryOther).Distinct(StringComparer.Ordinal);

    /// <summary>The ways of a domain, of the sub-domains of <c>.domain</c>, or of every other domain.</summary>
    public IReadOnlyList<Way> WaysOf(string name)
    {
        var usual = Usual().ToList();
        var nearest = KeysOf(name).Select(k => Routes.GetValueOrDefault(k)).FirstOrDefault(r => r is not null);
        var ways = nearest is null ? usual : [.. Follow(nearest, usual)];

        // A key in one form is none for recipients in the other.
        if (nearest is not null && name.Contains("xn--", StringComparison.Ordinal)) ways.AddRange(usual);
        ways.AddRange(byAddress[name].SelectMany(r => Follow(r, usual)));
        ways.AddRange(WaysOfHosted(name));
        if (BestMx is not null && ways.Exists(w => w.NextHop.Length == 0)) ways.AddRange(Straight(BestMx));

        // A filter without a destination of its own gets the mail under the recipient's domain.
        ways.AddRange(
            Filters.Where(f => f.NextHop.Length == 0 && SpeaksOverNet(f.Transport)).Select(f => new Way(f.Transport, "", f.Source)));
        return [.. ways.SelectMany(w => FallbacksOf(w.Transport).Prepend(w)).DistinctBy(w => (w.Transport, w.NextHop))];
    }

    /// <summary>
    /// The ways of a domain that is not hosted here as the configuration has them without us; hosts to fall back to, which are those of
    /// its transport, left out.
    /// </summary>
    public IReadOnlyList<Way> WaysWithoutUs(string domain)
    {
        var usual = Classes.GetValueOrDefault(domain) == DomainClass.Relayed ? Relay : Default;
        var own = this with { Asked = new Dictionary<string, Way>(), Hosted = [], Default = usual, Relay = usual };
        return [.. own.WaysOf(domain).Where(w => w.Source != FallbackRelay)];
    }

    /// <summary>The maps that keep the ways of a domain from being seen whole.</summary>
    public IReadOnlyList<string> UnlistedFor(string name) => MayBeLocal(name) ? [.. Unlisted, .. UnlistedHosted] : Unlisted;

    /// <summary>A parameter as a transport has it.</summary>
    public string? ValueFor(MailTransport transport, string parameter) =>
        transport.Options.GetValueOrDefault(parameter) ?? Parameters.GetValueOrDefault(parameter);

    /// <summary>The names with a leading dot that cover a domain, nearest first.</summary>
    public static IEnumerable<string> ParentsOf(string name)
    {
        for (var dot = name.IndexOf('.', 1 <= name.Length ? 1 : 0); dot > 0; dot = name.IndexOf('.', dot + 1)) yield return name[dot..];
    }

    // The keys under which Postfix looks a domain up, nearest first.
    private IEnumerable<string> KeysOf(string name)
    {
        if (name != EveryOther)
        {
            yield return ParentsMatch ? name.TrimStart('.') : name;
            foreach (var parent in ParentsOf(name)) yield return ParentsMatch ? parent[1..] : parent;
        }

        yield return EveryOther;
    }

    // Where Postfix itself was asked its answer counts, and what local(8) makes of it; else only what leaves by SMTP may matter.
    private IEnumerable<Way> WaysOfHosted(string name)
    {
        if (!Asked.TryGetValue(name, out var asked)) return Hosted.Where(r => SpeaksSmtp(r.Transport)).SelectMany(Straight);
        var answers = Words.Of(asked.NextHop).DefaultIfEmpty("").Select(h => asked with { NextHop = h });
        return MayBeLocal(name) ? answers.Concat(Hosted.SelectMany(Straight)) : answers;
    }

    private bool MayBeLocal(string name) =>
        !Asked.TryGetValue(name, out var asked) || Transports.GetValueOrDefault(asked.Transport) is { IsLocal: true };

    private bool SpeaksSmtp(string transport) => Transports.GetValueOrDefault(transport) is { Kind: TransportKind.Smtp };

    private bool SpeaksOverNet(string transport) =>
        Transports.GetValueOrDefault(transport) is { Kind: TransportKind.Smtp or TransportKind.Lmtp };

    private static IEnumerable<Way> Straight(Route route) => route.NextHops.Select(h => new Way(route.Transport, h, route.Source));

    // Of a domain that no transport map names. A hosted domain that is delivered here has none of these, which only makes more of them.
    private IEnumerable<Way> Usual()
    {
        Way[] relays =
        [
            .. SenderRelays.SelectMany(r => r.NextHops.Select(h => new Way("", h, r.Source))),
            .. new Route("", RelayHost, RelayHost.Length > 0 ? "relayhost" : "").NextHops.Select(
                h => new Way("", h, RelayHost.Length > 0 ? "relayhost" : "")),
        ];
        foreach (var route in SenderTransports.Append(Default).Append(Relay))
        {
            if (route.NextHop.Length > 0)
            {
                foreach (var hop in route.NextHops) yield return new Way(route.Transport, hop, route.Source);
            }
            else
            {
                foreach (var relay in relays)
                    yield return relay with { Transport = route.Transport, Source = relay.Source.Length > 0 ? relay.Source : route.Source };
            }
        }
    }

    // transport(5): without both nothing changes; without a transport only the next hop does; without a next hop it is the domain.
    private static IEnumerable<Way> Follow(Route route, List<Way> usual)
    {
        if (route.Transport.Length > 0) return Straight(route);
        return route.NextHop.Length == 0
            ? usual
            : usual.SelectMany(u => route.NextHops.Select(h => u with { NextHop = h, Source = route.Source }));
    }

    private IEnumerable<Way> FallbacksOf(string transport) =>
        Transports.GetValueOrDefault(transport) is { Kind: TransportKind.Smtp } smtp
            ? Words.Of(ValueFor(smtp, FallbackRelay)).Select(h => new Way(transport, h.ToLowerInvariant(), FallbackRelay))
            : [];

    private static string DomainOf(string key) => key[(key.LastIndexOf('@') + 1)..];
}

/// <summary>A row of the administrator's own smtp_tls_policy_maps.</summary>
/// <param name="NextHop">Its key.</param>
/// <param name="Level">The first word of its policy.</param>
/// <param name="Map">The map that it stands in.</param>
internal sealed record OwnPolicy(string NextHop, string Level, string Map);
