using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;
using Cluster.Pki.Names;

namespace Cluster.Agent.Drivers.Postfix.ClientCertificates;

/// <summary>
/// The transports of destinations with a client certificate of their own, and the routes that lead there. A route of ours stands before
/// everything else that decides where mail goes: so it says exactly what the host says without it, and there is none where the host has
/// more than one way.
/// </summary>
internal sealed class CertificateRoutes
{
    private readonly SortedDictionary<string, OwnTransport> transports = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Way> ways = new(StringComparer.Ordinal);

    private CertificateRoutes()
    {
    }

    /// <summary>Name in master.cf to transport.</summary>
    public IReadOnlyDictionary<string, OwnTransport> Transports => transports;

    /// <summary>Domain to <c>transport:nexthop</c>; an empty next hop is the domain, by MX.</summary>
    public IReadOnlyDictionary<string, string> Rows => rows;

    /// <summary>The map, with internationalised domains in both forms.</summary>
    public string Text => string.Concat(rows.SelectMany(r => PolicyRows.FormsOf(r.Key).Select(key => $"{key} {r.Value}\n")));

    /// <summary>Makes them.</summary>
    /// <param name="controls">Destination controls by domain as written.</param>
    /// <param name="routing">The host's own routes.</param>
    /// <param name="problems">Gets the destinations that cannot have a certificate of their own.</param>
    public static CertificateRoutes Make(
        IReadOnlyDictionary<string, DestinationControl> controls, Routing routing, List<PartProblem> problems)
    {
        var result = new CertificateRoutes();
        foreach (var (name, control) in controls.Where(c => c.Key != DestinationControl.DefaultName))
        {
            if (control.Certificate is not { } certificate) continue;
            if (Find(name, routing, out var way) is { } against)
            {
                problems.Add(PartProblem.OfHost(
                    PolicyRows.ItemOf(name), $"Destination {name}: a client certificate of its own cannot be shown: {against}."));

                // What is live although it is refused stays as it was: the peer may take no mail without the certificate.
                way = Kept(name, certificate, routing);
            }

            if (way is not null) result.Add(Domain(name)!, way, new OwnTransport(way.Transport, certificate));
        }

        return result;
    }

    /// <summary>The host's own routes with the ways that mail takes by these.</summary>
    public Routing Seen(Routing routing)
    {
        var asked = routing.Asked.ToDictionary(a => a.Key, a => a.Value.IsOurs ? routing.WaysWithoutUs(a.Key)[0] : a.Value);
        foreach (var (domain, way) in ways) asked[domain] = way;
        return routing with { Asked = asked };
    }

    private void Add(string domain, Way way, OwnTransport transport)
    {
        transports[transport.Name] = transport;
        rows[domain] = $"{transport.Name}:{way.NextHop}";
        ways[domain] = way;
    }

    private static Way? Kept(string name, string certificate, Routing routing)
    {
        if (Domain(name) is not { } domain || routing.OwnRoutes.GetValueOrDefault(domain) is not { } way) return null;
        return way.Name == new OwnTransport(way.Base, certificate).Name
            && routing.Transports.GetValueOrDefault(way.Base) is { Kind: TransportKind.Smtp }
            ? new Way(way.Base, way.NextHop, "a route of the agent")
            : null;
    }

    // The one way that mail for a domain has without us; else what stands against it.
    private static string? Find(string name, Routing routing, out Way? way)
    {
        way = null;
        if (name.StartsWith('.'))
            return "sub-domains may be routed each in its own way. Give each domain a destination control of its own";
        if (Domain(name) is not { } domain) return "it is not a domain name";
        if (routing.ParentsMatch)
            return "parent_domain_matches_subdomains contains transport_maps, so that its route would be that of its sub-domains, too. "
                + "Take it out there, and write .domain in the maps";
        if (routing.ResolverHasRoutes)
            return "trivial-rewrite has -o transport_maps in master.cf, which counts more than main.cf. Move it to main.cf";
        if (routing.UnlistedFor(domain) is [var unlisted, ..])
            return $"the host's own map {unlisted} cannot be listed, so nothing shows every way that its mail takes. Use a type that can "
                + "be listed (lmdb, hash, texthash, inline)";
        switch (routing.Classes.GetValueOrDefault(domain))
        {
            case DomainClass.Unknown:
                return "the running Postfix has not told where its mail goes. It is tried again when Postfix runs";
            case DomainClass.Hosted:
                return "its mail belongs to this host (mydestination, virtual_mailbox_domains, virtual_alias_domains). Take the domain out "
                    + "there";
        }

        return FindOnly(domain, routing, out way);
    }

    private static string? FindOnly(string domain, Routing routing, out Way? way)
    {
        way = null;
        var ways = routing.WaysWithoutUs(domain);
        if (ways.Count > 1)
        {
            var sources = string.Join(", ", ways.Select(w => $"{w.Transport}:{w.NextHop} ({w.Source})").Distinct(StringComparer.Ordinal));
            return $"its mail has more than one way, and a route of its own would take them all: {sources}";
        }

        var only = ways[0];
        if (routing.Transports.GetValueOrDefault(only.Transport) is not { Kind: TransportKind.Smtp })
            return $"its mail leaves by the transport {only.Transport} ({only.Source}), which is not smtp. Route it by SMTP";
        if (routing.Asked.GetValueOrDefault(domain) is { IsOurs: false } asked && !IsSame(asked, only))
        {
            return $"the running Postfix sends its mail by {asked.Transport}:{asked.NextHop}, and its configuration by "
                + $"{only.Transport}:{only.NextHop} ({only.Source}). Reload Postfix";
        }

        way = only;
        return null;
    }

    private static bool IsSame(Way one, Way other) => one.Transport == other.Transport && one.NextHop == other.NextHop;

    private static string? Domain(string name) => DnsNames.TryNormalise(name, out var domain) ? domain : null;
}
