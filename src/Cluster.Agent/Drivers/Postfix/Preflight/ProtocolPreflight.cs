using System.Net;
using System.Net.Sockets;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Proof;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Contracts.Settings;
using Cluster.Verification.Guard;
using Cluster.Verification.Smtp;

namespace Cluster.Agent.Drivers.Postfix.Preflight;

/// <summary>
/// Tries whether a listener of a scratch instance really takes the versions and ciphers that it shall: what Postfix accepts in its files
/// the TLS library of the host may leave out.
/// </summary>
internal static class ProtocolPreflight
{
    // Long: what is refused because the host was busy would stay refused.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string[] LeavingOut = ["smtpd_tls_exclude_ciphers", "smtpd_tls_mandatory_exclude_ciphers"];

    /// <summary>Why its versions and ciphers cannot be applied here; null = they can, or there are none.</summary>
    public static async Task<string?> LookAsync(
        ListenerPlan listener, SmtpTlsTarget target, IPEndPoint playground, MainCf main, MasterCf master, CancellationToken ct)
    {
        if (listener.Protocols is not { } block) return null;
        var client = target with { StageTimeout = Limit };
        if (listener.Senders is { } senders && senders.Of(IPAddress.Loopback, name: null).Tls == PolicyTls.Off)
        {
            if (senders.Samples.FirstOrDefault(IsOffered) is not { } sample) return null;
            client = client with { EndPoint = playground, XClient = sample.XClient };
        }

        if (await ListenerRange.LookAsync(new OwnHostGuard(), listener, block, client, ct) is not { } problem) return null;
        var entry = MasterCfEdit.Find(master, listener.EndPoint);
        var theirs = LeavingOut.Select(p => (Name: p, Value: entry?.Option(p) ?? main.Find(p)))
            .Where(p => block.Ciphers is not null && !string.IsNullOrEmpty(p.Value))
            .Select(p => $" {p.Name} = {p.Value} leaves ciphers out.");
        return $"Listener {listener.Name}: this Postfix, with the TLS library of this host, does not take versions and ciphers as they are "
            + $"named. Tried beside the live service: {problem}{string.Concat(theirs)} Choose what the host offers.";
    }

    // The scratch instance speaks IPv4 only.
    private static bool IsOffered(SenderSample sample) =>
        sample.Demand.Tls != PolicyTls.Off && sample.Address.AddressFamily == AddressFamily.InterNetwork;
}
