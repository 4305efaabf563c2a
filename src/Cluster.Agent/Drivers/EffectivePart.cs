using Cluster.Agent.Configuration;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;

namespace Cluster.Agent.Drivers;

/// <summary>What is applied: the wanted settings, and those that were applied before and that no level defines any more.</summary>
/// <param name="Part">All of it.</param>
/// <param name="Orphaned">What stays although it is defined nowhere, as <c>kind/name</c>.</param>
internal sealed record EffectivePart(ServicePart Part, IReadOnlyList<string> Orphaned)
{
    /// <summary>What people are told of each of them.</summary>
    public IEnumerable<string> Warnings => Orphaned.Select(o => $"orphaned {o}: no level defines it any more; it stays applied until it is hidden or unmanaged.");

    /// <summary>Adds to the wanted settings what was applied before, unless it is hidden or the host's own file gave its listener up.</summary>
    public static EffectivePart Merge(ServicePart? applied, ServicePart wanted, LocalService local)
    {
        if (applied is null) return new EffectivePart(wanted, []);
        var hosted = applied.Listeners.Where(l => local.FindEndpoint(Kinds.Listeners, l.Key) is not null).ToDictionary(StringComparer.Ordinal);
        var hidden = (wanted.Hidden ?? []).ToHashSet(StringComparer.Ordinal);
        var orphaned = new List<string>();
        var listeners = Keep(Kinds.Listeners, hosted, wanted.Listeners, hidden, orphaned);
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
                MailFlowPolicies = Referenced(listeners.Values.SelectMany(Policies), applied.MailFlowPolicies, wanted.MailFlowPolicies),
                Certificates = Referenced(
                    [.. listeners.Values.SelectMany(CertificateReferences.Of), outbound?.Certificate], applied.Certificates, wanted.Certificates),
                Hidden = null,
            },
            orphaned);
    }

    private static IEnumerable<string> Policies(Listener listener) => (listener.SenderGroups ?? []).Select(g => g.Policy).Prepend(listener.DefaultPolicy);

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
