using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>
/// The rows for every next hop that mail can have. Postfix looks a routed domain's policy up under the next hop alone: domains that share
/// one share its policy, and a policy that derives the names to verify from the domain cannot be written for a domain that has no row
/// of its own. What a row cannot hold for every way of a domain is a problem of its destination control.
/// </summary>
internal sealed class NextHopRows(NamedControls controls, Routing routing, string? administratorsLevel, List<PartProblem> problems)
{
    private const string DefaultValue = "(default)";
    private const int NamesShown = 5;
    private readonly FilterHops filters = new(controls, routing, administratorsLevel);
    private readonly SortedDictionary<string, SortedDictionary<string, HopPolicy>> byHop = new(StringComparer.Ordinal);

    /// <summary>Next hop to the right side of its row; hops whose domains all have the default get none.</summary>
    public IEnumerable<KeyValuePair<string, string>> Make()
    {
        if (controls.IsEmpty) yield break;
        AddUnlisted();
        if (routing.UnclearResolver is { } unclear) problems.AddRange(controls.All.Select(c => Unclear(c, unclear)));
        problems.AddRange(filters.Against());
        foreach (var name in controls.Names.Concat(routing.Names).Append(Routing.EveryOther).Distinct(StringComparer.Ordinal)) Add(name);
        foreach (var filter in routing.Filters.Where(f => f.NextHop.Length > 0)) AddFilter(filter);
        foreach (var hop in byHop.Keys.Where(IsName).ToArray()) AddOwnMail(hop);
        foreach (var (hop, policies) in byHop)
        {
            if (policies.Values.All(p => p.Value == DefaultValue)) continue;
            var values = policies.Values.Select(p => Meaning(p.Value)).Distinct(StringComparer.Ordinal).ToArray();
            if (values.Length > 1) problems.Add(Conflict(hop, policies));

            // What may stay live although it is refused keeps the strongest that was wanted.
            var value = PolicyLevel.Strongest(values, v => v == DefaultValue ? DefaultLevel : v);
            if (value == DefaultValue) continue;
            CheckOwn(hop, value, policies);
            yield return KeyValuePair.Create(hop, value);
        }
    }

    // A row of ours stands before the administrator's: what the host has for that next hop today must not become weaker in silence.
    private void CheckOwn(string hop, string value, SortedDictionary<string, HopPolicy> policies)
    {
        var theirs = routing.Policies.Where(p => p.NextHop == hop && !PolicyLevel.IsOffered(p.Level));
        if (theirs.FirstOrDefault(p => PolicyLevel.IsWeaker(value, p.Level)) is not { } own) return;
        var message = $"The host's own policy for {hop} in {own.Map} is {own.Level}, which {value.Split(' ')[0]} would lower. "
            + $"Take it away there, ask for as much, or {PolicyRows.Overriding}.";
        var asking = policies.Values.Select(p => p.Found).OfType<NamedControl>().Where(c => !PolicyRows.Overrides(c)).Select(c => c.Item);
        if (asking.Distinct().ToArray() is { Length: > 0 } items) problems.Add(PartProblem.Stronger(message, items));
    }

    // A default that names nobody is the same for every next hop, and so may be written down for one.
    private string Meaning(string value) =>
        value == DefaultValue && controls.Fallback is { } fallback && !DestinationValue.Verifies(fallback.Control)
            ? DestinationValue.LevelOf(fallback.Control)
            : value;

    // What a next hop has without a row of its own.
    private string? DefaultLevel =>
        controls.Fallback is { } fallback ? DestinationValue.LevelOf(fallback.Control) : administratorsLevel;

    private PartProblem Conflict(string hop, SortedDictionary<string, HopPolicy> policies)
    {
        var names = string.Join(", ", policies.Keys.Take(NamesShown).Select(Display));
        if (policies.Count > NamesShown) names += $" and {policies.Count - NamesShown} others";
        var items = policies.Values.Select(p => p.Found?.Item).OfType<ItemName>().Distinct().ToArray();
        if (items.Length == 0 && controls.Fallback is { } fallback) items = [fallback.Item];
        var message = $"{names} share the next hop {hop} in the host's own routes but differ in policy; Postfix can hold only one for it. "
            + "Give them the same policy, or routes to different next hops.";
        return new PartProblem(ApplyCodes.Unsupported, message) { Items = items, LeavesLive = true, MayPassWithOthers = true };
    }

    // Where a map cannot be listed, mail for some users of a domain, or from some senders, can leave by a hop that nobody knows.
    private void AddUnlisted()
    {
        var strict = controls.Fallback is { } other && other.Control.Tls != DestinationTls.None;
        foreach (var name in controls.Names)
        {
            var own = controls.Own(name)!;
            if (own.Control.Tls == DestinationTls.Default || (own.Control.Tls == DestinationTls.None && !strict)) continue;
            AddAmbiguous(own.Item);
            var maps = routing.UnlistedFor(name);
            if (maps.Count == 0) continue;
            problems.Add(PartProblem.OfHost(
                own.Item,
                $"Destination {own.Item.Name}: the host's own map {string.Join(", ", maps)} cannot be listed, so nothing "
                    + "shows every way that its mail takes. Use a type that can be listed (lmdb, hash, texthash, inline)."));
        }

        if (controls.Fallback is not { } fallback || !DestinationValue.Verifies(fallback.Control)) return;
        AddAmbiguous(fallback.Item);
        if (routing.Unlisted.Count == 0) return;
        problems.Add(PartProblem.OfHost(
            fallback.Item,
            $"Destination {fallback.Item.Name}: the host's own map {string.Join(", ", routing.Unlisted)} cannot be listed, so a route "
                + "in it may lead to a host whose name this policy does not know. Use a type that can be listed (lmdb, hash, texthash, "
                + "inline)."));
    }

    private void AddAmbiguous(ItemName item) => problems.AddRange(
        routing.Ambiguous.Select(a => PartProblem.OfHost(item, $"Destination {item.Name}: the host's own map {a}. Make them the same.")));

    private void Add(string name)
    {
        var (found, exact) = controls.Find(name);
        foreach (var way in routing.WaysOf(name))
        {
            if (routing.Transports.GetValueOrDefault(way.Transport) is not { } transport) continue;
            var speaks = transport.Kind is TransportKind.Smtp or TransportKind.Lmtp;
            if (speaks && found is not null && transport.Unclear is { } unclear) problems.Add(Unclear(found, unclear));
            if (transport.Kind == TransportKind.Smtp) AddHop(name, way, transport, found, exact);
            else if (transport.Kind != TransportKind.Stays) AddOther(name, way, transport, found);
        }
    }

    private static PartProblem Unclear(NamedControl control, string what) =>
        PartProblem.OfHost(control.Item, $"Destination {control.Item.Name}: {what}. Take it away there, or write it as `-o name=value`.");

    private void AddHop(string name, Way way, MailTransport transport, NamedControl? found, bool exact)
    {
        var isDefault = found is null || IsDefault(found, exact);
        var value = isDefault ? DefaultValue : DestinationValue.Of(name, found!.Control);
        if (found is not null && TransportOptions.Against(routing, transport, found.Control, hasRow: !isDefault) is { } option)
        {
            problems.Add(PartProblem.OfHost(
                found.Item,
                $"{Display(name)} can leave by the transport {transport.Name} ({way.Source}), and {option} there undoes what its policy "
                    + "says. Take the option away, or route it by another transport."));
        }
        else if (!isDefault && !PolicyRows.Overrides(found!) && TransportOptions.Lowered(transport, value) is { } stronger)
        {
            problems.Add(PartProblem.Stronger(
                $"{Display(name)} can leave by the transport {transport.Name} ({way.Source}), whose {stronger} would be lowered. Take it "
                    + $"away there, ask for as much, or {PolicyRows.Overriding}.",
                found!.Item));
        }

        if (found is not null && DestinationValue.UsesDane(found.Control)
            && DaneHop.Against(routing, transport, way, found.Item, Display(name)) is { } against)
            problems.Add(against);
        if (way.NextHop.Length == 0)
        {
            // By MX: the domain itself is the key.
            if (!isDefault && name != Routing.EveryOther) Put(name, name, value, found);
            return;
        }

        if (found is not null && !exact && DestinationValue.Verifies(found.Control) && found.Control.Match is not { Count: > 0 })
        {
            problems.Add(PartProblem.OfHost(
                found.Item,
                $"{Display(name)} is routed to {way.NextHop} by the host's own routes ({way.Source}) and would be verified by a policy "
                    + "for many domains. Give it a destination control of its own."));
        }

        // Also with a problem: what stays live although it is refused must not give way to a weaker policy for the same next hop.
        Put(way.NextHop, name, value, found);
    }

    // What many domains have stays as it is where no SMTP is spoken; a domain that is named must be what its control says.
    private void AddOther(string name, Way way, MailTransport transport, NamedControl? found)
    {
        if (found is null || !ReferenceEquals(found, controls.Own(name)) || found.Control.Tls == DestinationTls.None) return;
        if (transport.Kind == TransportKind.Lmtp && way.NextHop.StartsWith("unix:", StringComparison.Ordinal)) return;
        var what = transport.Kind == TransportKind.Lmtp ? "LMTP, which has no policies" : "a program, which may do anything with it";
        problems.Add(PartProblem.OfHost(
            found.Item,
            $"Mail for {name} goes to {what}: transport {transport.Name} ({way.Source}). Route it by SMTP, or ask for nothing (none)."));
    }

    // A filter that never speaks TLS must go on getting its mail: it keeps the level that it has without us.
    private void AddFilter(Route filter)
    {
        if (filters.TransportOf(filter) is not { } transport) return;
        string[] hops = [.. filter.NextHops.Where(h => filters.PolicyOf(h) is null)];
        if (hops.Length == 0) return;
        var level = filters.LevelOf(transport);
        if (controls.Fallback is { } fallback && level is null)
            problems.Add(PartProblem.OfHost(
                fallback.Item,
                $"Destination {fallback.Item.Name}: the level that the filter {filter.NextHop} ({filter.Source}) has now cannot be told, "
                    + "and it must keep that. Write smtp_tls_security_level of main.cf without references."));
        foreach (var hop in hops)
            Put(hop, filter.Source, controls.Fallback is null ? DefaultValue : level ?? DefaultValue, null);
    }

    // A next hop that is a plain name is a domain as well: mail to that domain has the same row.
    private void AddOwnMail(string hop)
    {
        if (byHop[hop].ContainsKey(hop)) return;
        var (found, exact) = controls.Find(hop);
        if (found is null) return;
        var level = DestinationValue.LevelOf(found.Control);
        if (!IsDefault(found, exact)) Put(hop, hop, DestinationValue.Of(hop, found.Control), found);
        else if (byHop[hop].Values.Any(p => p.Value != DefaultValue && PolicyLevel.IsWeaker(p.Value, level)))
            Put(hop, hop, DefaultValue, found);
    }

    private bool IsDefault(NamedControl found, bool exact) => !exact && ReferenceEquals(found.Control, controls.Fallback?.Control);

    private void Put(string hop, string name, string value, NamedControl? found)
    {
        if (!byHop.TryGetValue(hop, out var policies))
            byHop[hop] = policies = new SortedDictionary<string, HopPolicy>(StringComparer.Ordinal);
        policies[name] = new HopPolicy(value, found);
    }

    // Postfix: what has a bracket or a port is never taken for a domain.
    private static bool IsName(string hop) => hop.AsSpan().IndexOfAny('[', ':') < 0;

    private static string Display(string name) => name == Routing.EveryOther ? "every other domain" : name;

    private sealed record HopPolicy(string Value, NamedControl? Found);
}
