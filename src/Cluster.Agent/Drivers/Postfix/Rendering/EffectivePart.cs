using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>What is applied: the wanted settings, and those that were applied before and that no level defines any more.</summary>
/// <param name="Part">All of it.</param>
/// <param name="Orphaned">What stays although it is defined nowhere, as <c>kind/name</c>.</param>
internal sealed record EffectivePart(ServicePart Part, IReadOnlyList<string> Orphaned)
{
    /// <summary>Adds to the wanted settings what was applied before, unless it is hidden.</summary>
    public static EffectivePart Merge(ServicePart? applied, ServicePart wanted)
    {
        if (applied is null) return new EffectivePart(wanted, []);
        var hidden = (wanted.Hidden ?? []).ToHashSet(StringComparer.Ordinal);
        var orphaned = new List<string>();
        var listeners = Keep(Kinds.Listeners, applied.Listeners, wanted.Listeners, hidden, orphaned);
        var destinations = Keep(Kinds.DestinationControls, applied.DestinationControls, wanted.DestinationControls, hidden, orphaned);
        var outbound = Keep(Kinds.Outbound, applied.Outbound, wanted.Outbound, hidden, orphaned);
        var trust = Keep(Kinds.Trust, applied.Trust, wanted.Trust, hidden, orphaned);
        return new EffectivePart(
            wanted with
            {
                Listeners = listeners,
                DestinationControls = destinations,
                Outbound = outbound,
                Trust = trust,
                MailFlowPolicies = Referenced(listeners.Values.Select(l => l.DefaultPolicy), applied.MailFlowPolicies, wanted.MailFlowPolicies),
                Certificates = Referenced(
                    [.. listeners.Values.Select(l => l.Certificate), outbound?.Certificate], applied.Certificates, wanted.Certificates),
                Hidden = null,
            },
            orphaned);
    }

    private static Dictionary<string, T> Keep<T>(
        string kind, IReadOnlyDictionary<string, T> applied, IReadOnlyDictionary<string, T> wanted, HashSet<string> hidden, List<string> orphaned)
    {
        var result = new Dictionary<string, T>(wanted, StringComparer.Ordinal);
        foreach (var (name, value) in applied.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            if (hidden.Contains($"{kind}/{name}") || !result.TryAdd(name, value)) continue;
            orphaned.Add($"{kind}/{name}");
        }

        return result;
    }

    private static T? Keep<T>(string kind, T? applied, T? wanted, HashSet<string> hidden, List<string> orphaned)
        where T : class
    {
        var name = $"{kind}/{Kinds.SingletonName}";
        if (wanted is not null || applied is null || hidden.Contains(name)) return wanted;
        orphaned.Add(name);
        return applied;
    }

    private static Dictionary<string, T> Referenced<T>(
        IEnumerable<string?> names, IReadOnlyDictionary<string, T> applied, IReadOnlyDictionary<string, T> wanted)
    {
        var result = new Dictionary<string, T>(wanted, StringComparer.Ordinal);
        foreach (var name in names.OfType<string>())
        {
            if (!result.ContainsKey(name) && applied.TryGetValue(name, out var value)) result[name] = value;
        }

        return result;
    }
}
