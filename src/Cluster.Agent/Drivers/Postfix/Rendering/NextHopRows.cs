using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>
/// The rows for literal next hops. Postfix looks a routed domain's policy up under the next hop alone: domains that share one
/// share its policy, and a policy that derives the names to verify from the domain cannot be written for a domain that has no row
/// of its own.
/// </summary>
internal sealed class NextHopRows(IReadOnlyDictionary<string, NamedControl> named, DestinationControl? fallback, List<PartProblem> problems)
{
    private const string DefaultValue = "(default)";
    private readonly SortedDictionary<string, SortedDictionary<string, RoutedPolicy>> byHop = new(StringComparer.Ordinal);
    private readonly NamedControl? everyOther =
        fallback is null ? null : new NamedControl(PolicyRows.ItemOf(PolicyRows.DefaultName), fallback);

    /// <summary>Next hop to the right side of its row; hops whose domains all have the default get none.</summary>
    public IEnumerable<KeyValuePair<string, string>> Make(Routing routing)
    {
        if (named.Count == 0 && fallback is null) yield break;
        string[] names = [.. named.Keys, .. routing.Routes.Keys, "*"];
        foreach (var name in names.Distinct(StringComparer.Ordinal)) Add(name, routing);
        foreach (var (hop, policies) in byHop)
        {
            var values = policies.Values.Select(p => p.Value).Distinct(StringComparer.Ordinal).ToArray();
            if (values.Length > 1) problems.Add(Conflict(hop, policies));
            else if (values[0] != DefaultValue) yield return KeyValuePair.Create(hop, values[0]);
        }
    }

    private static PartProblem Conflict(string hop, SortedDictionary<string, RoutedPolicy> policies)
    {
        var names = string.Join(", ", policies.Keys.Select(Display));
        var message = $"{names} share the next hop {hop} in the host's own routes but differ in policy; Postfix can hold only one for it.";
        return new PartProblem(ApplyCodes.Unsupported, message)
        {
            Items = [.. policies.Values.Select(p => p.Item).OfType<ItemName>().Distinct()],
        };
    }

    private void Add(string name, Routing routing)
    {
        var hops = routing.NextHops(name);
        if (hops.Count == 0) return;
        var (found, exact) = PolicyOf(name);
        var control = found?.Control;
        if (control is not null && !exact && DestinationValue.Verifies(control.Tls) && control.Match is not { Count: > 0 })
        {
            problems.Add(PartProblem.Unsupported(
                found!.Item,
                $"{Display(name)} is routed to {string.Join(", ", hops)} by the host's own routes and would be verified by a policy "
                + "for many domains. "
                + "Give it a destination control of its own."));
            return;
        }

        var isDefault = control is null || (ReferenceEquals(control, fallback) && !exact);
        var value = isDefault ? DefaultValue : DestinationValue.Of(name, control!, fallback, []) ?? DefaultValue;
        foreach (var hop in hops)
        {
            if (!byHop.TryGetValue(hop, out var policies))
                byHop[hop] = policies = new SortedDictionary<string, RoutedPolicy>(StringComparer.Ordinal);
            policies[name] = new RoutedPolicy(value, found?.Item);
        }
    }

    private (NamedControl? Found, bool Exact) PolicyOf(string name)
    {
        if (named.TryGetValue(name, out var own)) return Resolve(own, exact: !name.StartsWith('.'));
        foreach (var parent in Routing.ParentsOf(name))
        {
            if (named.TryGetValue(parent, out var covering)) return Resolve(covering, exact: false);
        }

        return (everyOther, false);
    }

    // A control that says "as the default" is still the item to refuse; its domain is what has the row.
    private (NamedControl? Found, bool Exact) Resolve(NamedControl found, bool exact)
    {
        if (found.Control.Tls != DestinationTls.Default) return (found, exact);
        return (fallback is null ? null : found with { Control = fallback }, exact && fallback is not null);
    }

    private static string Display(string name) => name == "*" ? "every other domain" : name;

    private sealed record RoutedPolicy(string Value, ItemName? Item);
}
