using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>
/// The rows for literal next hops. Postfix looks a routed domain's policy up under the next hop alone: domains that share one share its policy,
/// and a policy that derives the names to verify from the domain cannot be written for a domain that has no row of its own.
/// </summary>
internal sealed class NextHopRows(IReadOnlyDictionary<string, DestinationControl> named, DestinationControl? fallback, List<PartProblem> problems)
{
    private readonly SortedDictionary<string, SortedDictionary<string, string>> byHop = new(StringComparer.Ordinal);

    /// <summary>Next hop to the right side of its row; hops whose domains all have the default get none.</summary>
    public IEnumerable<KeyValuePair<string, string>> Make(Routing routing)
    {
        if (named.Count == 0 && fallback is null) yield break;
        string[] names = [.. named.Keys, .. routing.Routes.Keys, "*"];
        foreach (var name in names.Distinct(StringComparer.Ordinal)) Add(name, routing);
        foreach (var (hop, policies) in byHop)
        {
            var values = policies.Values.Distinct(StringComparer.Ordinal).ToArray();
            if (values.Length > 1)
            {
                problems.Add(PartProblem.Unsupported(
                    $"{string.Join(", ", policies.Keys.Select(Display))} share the next hop {hop} in the host's own routes but differ in policy; Postfix can hold only one for it."));
            }
            else if (values[0] != DefaultValue)
            {
                yield return KeyValuePair.Create(hop, values[0]);
            }
        }
    }

    private const string DefaultValue = "(default)";

    private void Add(string name, Routing routing)
    {
        var hops = routing.NextHops(name);
        if (hops.Count == 0) return;
        var (control, exact) = PolicyOf(name);
        if (control is not null && !exact && DestinationValue.Verifies(control.Tls) && control.Match is not { Count: > 0 })
        {
            problems.Add(PartProblem.Unsupported(
                $"{Display(name)} is routed to {string.Join(", ", hops)} by the host's own routes and would be verified by a policy for many domains; give it a destination control of its own."));
            return;
        }

        var value = control is null || (ReferenceEquals(control, fallback) && !exact)
            ? DefaultValue
            : DestinationValue.Of(name, control, fallback, problems) ?? DefaultValue;
        foreach (var hop in hops)
        {
            if (!byHop.TryGetValue(hop, out var policies)) byHop[hop] = policies = new SortedDictionary<string, string>(StringComparer.Ordinal);
            policies[name] = value;
        }
    }

    private (DestinationControl? Control, bool Exact) PolicyOf(string name)
    {
        if (named.TryGetValue(name, out var own)) return Resolve(own, exact: !name.StartsWith('.'));
        foreach (var parent in Routing.ParentsOf(name))
        {
            if (named.TryGetValue(parent, out var covering)) return Resolve(covering, exact: false);
        }

        return (fallback, false);
    }

    private (DestinationControl? Control, bool Exact) Resolve(DestinationControl control, bool exact) =>
        control.Tls == DestinationTls.Default ? (fallback, exact && fallback is not null) : (control, exact);

    private static string Display(string name) => name == "*" ? "every other domain" : name;
}
