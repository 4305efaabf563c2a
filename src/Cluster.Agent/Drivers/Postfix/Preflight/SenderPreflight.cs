using System.Net.Sockets;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Verification.Smtp;

namespace Cluster.Agent.Drivers.Postfix.Preflight;

/// <summary>
/// Plays clients of each sender group at a scratch instance, by XCLIENT, and compares what they meet with what their policy says. The
/// administrator's own restrictions are left out there: they would ask name servers and policy services about clients that do not exist.
/// </summary>
internal static class SenderPreflight
{
    // Nothing but what is ours may answer, and the one thing without which Postfix takes no mail.
    private static readonly string[] Alone =
    [
        "smtpd_authorized_xclient_hosts=127.0.0.1", "smtpd_peername_lookup=no", "smtpd_client_restrictions=", "smtpd_helo_restrictions=",
        "smtpd_sender_restrictions=", "smtpd_relay_restrictions=", "smtpd_recipient_restrictions=reject_unauth_destination",
        "smtpd_milters=", "smtpd_proxy_filter=", "smtpd_reject_unlisted_recipient=no", "smtpd_reject_unlisted_sender=no",
        "smtpd_client_event_limit_exceptions=127.0.0.0/8",
    ];

    /// <summary>Options that leave only our restrictions; appended to a listener's entry as it is relocated.</summary>
    public static string Options(ListenerPlan listener, MasterEntry? entry, MainCf main)
    {
        var placement = MasterCfEdit.PlacementOf(entry, main, listener, []);
        var own = listener.Senders is { Restricts: true }
            ? new[] { $"{placement!.AtRecipient}=${PostfixNames.ProbedRestrictions(listener.Key)}" }
            : [];
        return string.Concat(Alone.Concat(own).Select(o => $" -o {o}"));
    }

    /// <summary>What clients meet otherwise than their policy says; null = nothing.</summary>
    public static async Task<string?> ProveAsync(
        SmtpTlsProbe probe, ListenerPlan listener, SmtpTlsTarget target, bool wrapped, CancellationToken ct)
    {
        foreach (var sample in listener.Senders!.Samples)
        {
            // The scratch instance speaks IPv4 only, and takes no other address; these are looked up in the tables.
            if (sample.Address.AddressFamily == AddressFamily.InterNetworkV6) continue;
            var expected = listener.Expectation(wrapped, sample.Demand);
            if (sample.MustUseTls && !expected.RequiresTls) expected = expected with { Level = SmtpTlsLevel.Required };
            var report = await probe.RunAsync(
                target with
                {
                    XClient = sample.XClient,
                    TryMailInClear = !wrapped,
                    RecipientInClear = target.Recipient,
                    Sender = sample.From,
                },
                ct);
            var problem = SmtpVerdict.Judge(expected, listener.Certificates, report);
            if (report.MailInClear is { Code: 421 or 451 } broken) problem = $"RCPT is answered with {broken}.";
            if (problem is not null)
                return $"A client with {sample.XClient}{(sample.From.Length > 0 ? $" and sender {sample.From}" : "")} does not meet policy "
                    + $"{sample.Demand.Policy}. {problem}";
        }

        return null;
    }
}
