using System.Net;
using System.Net.Sockets;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Contracts.Machines;
using Cluster.Verification.Smtp;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>
/// Looks at a listener from outside, with several connections at once, so that as many processes answer: an old process that still
/// serves must not go unnoticed. Right after a reload old processes may take a last connection each, so a wrong answer is asked again for a while,
/// with growing pauses and one connection at a time: Postfix mails its postmaster about each handshake that its own fault breaks.
/// </summary>
internal sealed class WireProof(SmtpTlsProbe probe, TimeProvider clock)
{
    private const int Together = 3;
    private const int GoodRounds = 2;
    private const int WrongRounds = 5;
    private static readonly TimeSpan WrongFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Shows that a listener is as planned; a failure has the check <c>probe</c>.</summary>
    public async Task<Attempt<ListenerEvidence>> ProveAsync(ListenerPlan plan, MasterEntry? entry, CancellationToken cancellation)
    {
        var target = TargetOf(plan, entry);
        var together = entry?.MaximumProcesses == "1" ? 1 : Together;
        var begun = clock.GetTimestamp();
        var pause = FirstPause;
        for (int good = 0, bad = 0; ;)
        {
            var reports = await probe.RunTogetherAsync(target, good == 0 && bad > 0 ? 1 : together, cancellation);
            var wrong = reports.Select(r => (Report: r, Problem: ListenerVerdict.Judge(plan, r, target.ImplicitTls))).FirstOrDefault(r => r.Problem is not null);
            if (wrong.Problem is null)
            {
                if (++good >= GoodRounds) return EvidenceOf(plan, target, reports[^1]);
                continue;
            }

            good = 0;
            bad++;
            var patience = ListenerVerdict.IsSilent(wrong.Report) ? SilentFor : WrongFor;
            if (bad >= WrongRounds && clock.GetElapsedTime(begun) >= patience)
                return ApplyFailure.Final("not-served", "probe", $"Listener {plan.Name} at {target.EndPoint}: {wrong.Problem}");
            await Task.Delay(pause, clock, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static SmtpTlsTarget TargetOf(ListenerPlan plan, MasterEntry? entry) => new()
    {
        EndPoint = Reachable(plan.EndPoint),
        ImplicitTls = entry?.Option("smtpd_tls_wrappermode") == "yes",
        TryMailInClear = plan.OffersTls && entry?.Option("smtpd_tls_wrappermode") != "yes",
        StageTimeout = TimeSpan.FromSeconds(3),
    };

    private static IPEndPoint Reachable(IPEndPoint endPoint) => endPoint.Address switch
    {
        var any when any.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, endPoint.Port),
        var any when any.Equals(IPAddress.IPv6Any) && any.AddressFamily == AddressFamily.InterNetworkV6 => new IPEndPoint(IPAddress.IPv6Loopback, endPoint.Port),
        _ => endPoint,
    };

    private static ListenerEvidence EvidenceOf(ListenerPlan plan, SmtpTlsTarget target, SmtpTlsReport report)
    {
        var leaf = report.Chain.Count > 0 ? report.Chain[0] : null;
        return new ListenerEvidence
        {
            Listener = plan.Name,
            Address = target.EndPoint.ToString(),
            Method = VerificationMethod.Wire,
            LeafSha256 = leaf?.Sha256,
            SerialNumber = leaf?.SerialNumber,
            Protocol = report.Encrypted ? report.Protocol : null,
            Detail = plan.VerifiesClients ? "mail in clear text is refused, and a client without a certificate"
                : plan.RequiresTls ? "mail in clear text is refused" : plan.OffersTls ? string.Empty : "STARTTLS is not offered",
        };
    }
}
