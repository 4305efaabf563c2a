using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Validation;

/// <summary>What no machine that has joined serves has no effect anywhere: listeners that no file hosts, interfaces of machines of which no service applies them.</summary>
internal static class HostingRule
{
    public static IEnumerable<RawFinding> Check(IReadOnlyList<MachineClass> classes)
    {
        var listeners = Unserved(classes, Kinds.Listeners, static (service, listener) => service.Hosts(Kinds.Listeners, listener.Name)).Select(listener => RawFinding.Warning(
            "listener-not-hosted",
            listener,
            $"No machine that has joined hosts a listener '{listener.Name}'.",
            "Name the listener under a service in the agent's local file on the host that should serve it, or delete it."));
        var interfaces = Unserved(classes, Kinds.Interfaces, static (_, _) => true).Select(management => RawFinding.Warning(
            "interface-not-hosted",
            management,
            $"No service on any machine that has joined, and for which interface '{management.Name}' holds, serves HTTPS interfaces: its certificate is kept and checked, and presented nowhere.",
            "Install the certificate in the software that serves the interface, by its own means (export gives it with its key), join a machine whose agent announces the kind 'interfaces', or delete the interface."));
        return listeners.Concat(interfaces);
    }

    private static IEnumerable<Item> Unserved(IReadOnlyList<MachineClass> classes, string kind, Func<ServiceCapabilities, Item, bool> serves)
    {
        var items = new Dictionary<ItemKey, Item>();
        var served = new HashSet<ItemKey>();
        foreach (var machines in classes)
        {
            foreach (var found in machines.Effective.Of(kind))
            {
                items.TryAdd(found.Item.Key, found.Item);
                if (machines.Services.Any(s => s.Kinds.Contains(kind) && serves(s, found.Item))) served.Add(found.Item.Key);
            }
        }

        return items.Where(i => !served.Contains(i.Key)).Select(i => i.Value);
    }
}
