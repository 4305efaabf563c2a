using System.Net;
using System.Net.Sockets;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>Brings the option lines of listeners into master.cf.</summary>
internal static class MasterCfEdit
{
    /// <summary>The parameter with which an entry speaks TLS from the first byte on.</summary>
    public const string Wrapper = "smtpd_tls_wrappermode";

    /// <summary>The file with exactly these listeners; the same text when they stand there already.</summary>
    /// <param name="current">The file as it stands.</param>
    /// <param name="main">main.cf, which holds for entries without an option.</param>
    /// <param name="listeners">The listeners.</param>
    /// <param name="problems">Gets what cannot be set or shown.</param>
    public static MasterCf Make(MasterCf current, MainCf main, IReadOnlyList<ListenerPlan> listeners, List<PartProblem> problems)
    {
        var result = current.WithoutOurs();
        var taken = new Dictionary<string, ListenerPlan>(StringComparer.Ordinal);
        foreach (var listener in listeners)
        {
            var entry = Find(result, listener.EndPoint);
            var placement = PlacementOf(entry, main, listener, problems);
            if (entry is null)
            {
                result = result.WithEntry(ServiceOf(listener.EndPoint), listener, placement, LogName(listener));
                continue;
            }

            if (!taken.TryAdd(entry.Service, listener))
            {
                problems.Add(Shared(entry, taken[entry.Service], listener));
                continue;
            }

            Check(entry, main, listener, problems);
            if (CarrierOf(entry, listener, current, result) is { } carrier) result = result.WithListener(carrier, listener, placement);
        }

        return current.Ours.SetEquals(result.Ours) ? current : result;
    }

    /// <summary>What stands against listeners in the host's own files.</summary>
    /// <param name="current">master.cf as it stands.</param>
    /// <param name="main">main.cf without what is ours.</param>
    /// <param name="listeners">The listeners.</param>
    public static IReadOnlyList<PartProblem> Against(MasterCf current, MainCf main, IReadOnlyList<ListenerPlan> listeners)
    {
        var problems = new List<PartProblem>();
        Make(current, main, listeners, problems);
        return problems;
    }

    /// <summary>Those of them against which nothing stands, so that they can be seen as clients see them.</summary>
    /// <param name="current">master.cf as it stands.</param>
    /// <param name="main">main.cf without what is ours.</param>
    /// <param name="listeners">The listeners.</param>
    public static IReadOnlyList<ListenerPlan> Seen(MasterCf current, MainCf main, IReadOnlyList<ListenerPlan> listeners)
    {
        var against = Against(current, main, listeners).SelectMany(p => p.Items).ToHashSet();
        return [.. listeners.Where(l => !against.Contains(ItemOf(l)))];
    }

    /// <summary>The entry that takes connections to an address: one for exactly it before one for all.</summary>
    public static MasterEntry? Find(MasterCf file, IPEndPoint endPoint) =>
        file.Entries.Where(e => e.Port == endPoint.Port && e.ListensOn(endPoint.Address))
            .OrderByDescending(e => e.Host.Length > 0)
            .FirstOrDefault();

    /// <summary>How an address is written in master.cf.</summary>
    public static string ServiceOf(IPEndPoint endPoint) =>
        endPoint.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{endPoint.Address}]:{endPoint.Port}"
            : $"{endPoint.Address}:{endPoint.Port}";

    /// <summary>Where the look-ups of a listener go; null = it has none.</summary>
    /// <param name="entry">Its entry without what is ours; null = there is none.</param>
    /// <param name="main">main.cf without what is ours.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="problems">Gets what stands against it.</param>
    public static SenderPlacement? PlacementOf(MasterEntry? entry, MainCf main, ListenerPlan listener, List<PartProblem> problems) =>
        listener.Senders is not { } senders
            ? null
            : SenderPlacement.Of(
                senders,
                entry,
                main,
                what => problems.Add(PartProblem.OfHost(ItemOf(listener), $"Listener {listener.Name}: {what}")));

    // Where another program came to answer at the address, options of ours stay with the smtpd that has them now.
    private static MasterEntry? CarrierOf(MasterEntry entry, ListenerPlan listener, MasterCf current, MasterCf result)
    {
        if (entry.Command == Daemon) return entry;
        var moved = current.Entries.FirstOrDefault(
            e => e.Command == Daemon && e.Raw.Contains($"=${listener.LevelName}", StringComparison.Ordinal));
        return moved is null ? null : result.Entries.FirstOrDefault(e => e.Service == moved.Service && e.Type == moved.Type);
    }

    private static void Check(MasterEntry entry, MainCf main, ListenerPlan listener, List<PartProblem> problems)
    {
        if (entry.Command != Daemon)
            Refuse($"{entry.Command} answers on {entry.Service}; only {Daemon} can be set.");
        if ((entry.Option(Proxy) ?? main.Find(Proxy)) is { Length: > 0 } proxy)
            Refuse($"{entry.Service} takes connections from a proxy only ({Proxy} = {proxy}), so it cannot be proven as clients see it.");
        var wraps = entry.IsOn(Wrapper, main);
        if (wraps is null) Refuse($"{Wrapper} of {entry.Service} refers to another parameter. Write yes or no.");
        if (wraps is not true) return;
        if (!listener.RequiresTls)
            Refuse($"{entry.Service} speaks TLS from the first byte on ({Wrapper} = yes), so TLS can only be required.");
        if (listener.VerifiesClients)
        {
            Refuse($"{entry.Service} speaks TLS from the first byte on; there Postfix does not tell a client without a certificate "
                + "that it is refused, "
                + "so it cannot be proven.");
        }

        void Refuse(string what) => problems.Add(PartProblem.OfHost(ItemOf(listener), $"Listener {listener.Name}: {what}"));
    }

    private const string Daemon = "smtpd";
    private const string Proxy = "smtpd_upstream_proxy_protocol";

    private static PartProblem Shared(MasterEntry entry, ListenerPlan first, ListenerPlan second) => new(
        "unsupported",
        $"Listeners {first.Name} and {second.Name} share the entry {entry.Service} of master.cf. Give each address an entry of its own.")
    {
        Items = [ItemOf(first), ItemOf(second)],
        LeavesLive = true,
    };

    private static ItemName ItemOf(ListenerPlan listener) => new(Listener.Kind, listener.Name);

    private static string LogName(ListenerPlan listener) =>
        listener.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? listener.Name : listener.Key;
}
