using System.Net;
using System.Net.NetworkInformation;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Contracts.Settings;
using Cluster.Verification.Proof;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>This host as a client of one of its listeners.</summary>
/// <param name="Address">The address that it connects from.</param>
/// <param name="Demand">What is asked of it.</param>
/// <param name="OtherDemand">
/// What is asked of it if Postfix finds no name for it where the host's resolver finds one, as in a change root without
/// <c>/etc/hosts</c>; null = the same.
/// </param>
internal sealed record OwnClient(IPAddress Address, SenderDemand Demand, SenderDemand? OtherDemand);

/// <summary>Finds the own addresses of whom different things are asked.</summary>
internal static class OwnClients
{
    /// <summary>One for each thing that is asked; one that is offered TLS comes first, since it sees the certificate.</summary>
    public static async Task<IReadOnlyList<OwnClient>> FindAsync(ListenerPlan plan, bool looksUpNames, CancellationToken ct)
    {
        var target = new EndpointExpectation { EndPoint = plan.EndPoint, Names = [] }.Reachable.Address;
        var clients = new List<OwnClient>();
        foreach (var address in AddressesFor(target))
        {
            var unnamed = plan.Senders!.Of(address, name: null);
            var named = looksUpNames && MayDependOnName(plan.Senders, address)
                ? plan.Senders.Of(address, await PeerName.FindAsync(address, ct))
                : unnamed;
            if (!clients.Exists(c => c.Demand == named)) clients.Add(new OwnClient(address, named, named == unnamed ? null : unnamed));
        }

        return [.. clients.OrderBy(c => c.Demand.Tls == PolicyTls.Off)];
    }

    private static bool MayDependOnName(SenderPlan senders, IPAddress address)
    {
        var unnamed = senders.Of(address, name: null);
        return senders.Rules.TakeWhile(r => !r.Match.Matches(address, name: null)).Any(r => r.Match.IsByName && r.Demand != unnamed);
    }

    // Loopback answers itself; an address of an interface can also be reached from the others.
    private static IEnumerable<IPAddress> AddressesFor(IPAddress target) => IPAddress.IsLoopback(target)
        ? [target]
        : NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == target.AddressFamily && !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal)
            .Prepend(target)
            .Distinct();
}
