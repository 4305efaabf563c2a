using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>
/// The next hops of filters. Mail for any destination can pass one, and the filter keeps the level that it has: where that is another host,
/// and less is asked of it than of the destination, nothing is promised of the destination.
/// </summary>
internal sealed class FilterHops(NamedControls controls, Routing routing, string? administratorsLevel)
{
    /// <summary>The transport of a filter that our rows are for; null = it has none, or policies of its own.</summary>
    public MailTransport? TransportOf(Route filter) =>
        routing.Transports.GetValueOrDefault(filter.Transport) is { Kind: TransportKind.Smtp } transport
        && !transport.Options.ContainsKey(TransportOptions.PolicyMaps)
            ? transport
            : null;

    /// <summary>The level of a filter without a policy of its own; null = it cannot be told.</summary>
    public string? LevelOf(MailTransport transport)
    {
        var level = transport.Options.GetValueOrDefault(TransportOptions.Level) ?? administratorsLevel;
        return level is "" ? "none" : level;
    }

    /// <summary>The administrator's own policy for a next hop, which goes on counting; null = none.</summary>
    public OwnPolicy? PolicyOf(string hop) => routing.Policies.FirstOrDefault(p => p.NextHop == hop);

    /// <summary>What stands against destinations because mail can be sent past what routes it.</summary>
    public IEnumerable<PartProblem> Against()
    {
        var elsewhere = Elsewhere().ToList();
        var proxy = routing.Proxies.FirstOrDefault(p => !new HopName(p.NextHop).IsProxyOnThisHost);
        foreach (var control in controls.All.Where(IsPromised))
        {
            var level = DestinationValue.LevelOf(control.Control);
            if (routing.UntoldFilters is [var untold, ..])
            {
                yield return PartProblem.OfHost(
                    control.Item,
                    $"Destination {control.Item.Name}: {untold} sends mail to a next hop that nobody can tell beforehand. Write the "
                        + "next hop out, or take the action away.");
            }
            else if (proxy is not null)
            {
                yield return PartProblem.OfHost(
                    control.Item,
                    $"Destination {control.Item.Name}: its mail is handed to {proxy.NextHop} ({proxy.Source}), which is another host, and "
                        + $"Postfix does that in clear text always; {level} is wanted. Take the mail through a proxy on this host.");
            }
            else if (elsewhere.Find(e => e.Level is null || PolicyLevel.IsWeaker(e.Level, level)) is { Filter: not null } weaker)
            {
                yield return PartProblem.OfHost(
                    control.Item,
                    $"Destination {control.Item.Name}: its mail can be sent to {weaker.Hop} by the transport {weaker.Filter.Transport} "
                        + $"({weaker.Filter.Source}), which is another host, at the level {weaker.Level ?? "that nobody can tell"}; "
                        + $"{level} is wanted. Write a policy for {weaker.Hop} in smtp_tls_policy_maps of the host that asks for as much, "
                        + "or take the mail through a filter on this host.");
            }
        }
    }

    /// <summary>What keeps the ways of mail from being seen whole, and may be harmless; null = nothing.</summary>
    public string? Warning =>
        routing.UnreadFilters.Count > 0 && controls.All.Any(IsPromised)
            ? $"What is said of destinations leaves out what cannot be searched: {string.Join(", ", routing.UnreadFilters)} could send "
                + "single messages by another way (FILTER)."
            : null;

    private static bool IsPromised(NamedControl control) =>
        DestinationValue.Encrypts(control.Control) || DestinationValue.UsesDane(control.Control);

    private IEnumerable<(Route Filter, string Hop, string? Level)> Elsewhere() =>
        from filter in routing.Filters
        where filter.NextHop.Length > 0
        let transport = routing.Transports.GetValueOrDefault(filter.Transport)
        where transport is { Kind: TransportKind.Smtp or TransportKind.Lmtp }
        from hop in filter.NextHops
        where !new HopName(hop).IsOnThisHost
        select (filter, hop, LevelAt(filter, transport, hop));

    // lmtp(8) has parameters of its own, which nobody reads here.
    private string? LevelAt(Route filter, MailTransport transport, string hop)
    {
        if (transport.Kind == TransportKind.Lmtp) return null;
        if (TransportOf(filter) is null)
            return transport.Options[TransportOptions.PolicyMaps].Length == 0 ? LevelOf(transport) : null;
        return PolicyOf(hop)?.Level ?? LevelOf(transport);
    }
}
