using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Validation;

/// <summary>A listener that no machine's file hosts has no effect anywhere.</summary>
internal static class HostingRule
{
    public static IEnumerable<RawFinding> Check(IReadOnlyList<MachineClass> classes)
    {
        var listeners = new Dictionary<ItemKey, Item>();
        var hosted = new HashSet<ItemKey>();
        foreach (var machines in classes)
        {
            foreach (var (item, _) in machines.Effective.All<Listener>(Kinds.Listeners))
            {
                listeners.TryAdd(item.Item.Key, item.Item);
                if (machines.Services.Any(s => s.Kinds.Contains(Kinds.Listeners) && s.Listeners.Contains(item.Name))) hosted.Add(item.Item.Key);
            }
        }

        return listeners.Where(l => !hosted.Contains(l.Key)).Select(l => RawFinding.Warning(
            "listener-not-hosted",
            l.Value,
            $"No machine that has joined hosts a listener '{l.Value.Name}'.",
            "Name the listener under a service in the agent's local file on the host that should serve it, or delete it."));
    }
}
