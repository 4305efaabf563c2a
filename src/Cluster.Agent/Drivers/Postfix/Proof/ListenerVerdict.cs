using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Contracts.Bundles;
using Cluster.Verification;
using Cluster.Verification.Smtp;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>Whether what was seen of a listener is what its plan says; a pure function.</summary>
internal static class ListenerVerdict
{
    /// <summary>What is wrong; null when everything is as planned.</summary>
    /// <param name="plan">What shall be.</param>
    /// <param name="report">What was seen.</param>
    /// <param name="implicitTls">Whether the entry speaks TLS from the first byte on.</param>
    public static string? Judge(ListenerPlan plan, SmtpTlsReport report, bool implicitTls)
    {
        if (plan.VerifiesClients && RefusedForItsCertificate(report)) return Level(plan, report) ?? Chain(plan.Certificate, report);
        if (report.Failure is { } failure && failure.Name is not (ProbeStages.MailFrom or ProbeStages.RcptTo))
            return $"{failure.Name}: {failure.Detail}";
        if (implicitTls) return Chain(plan.Certificate, report);
        if (report.StartTlsOffered != plan.OffersTls)
            return plan.OffersTls ? "STARTTLS is not offered." : "STARTTLS is offered although TLS is off.";
        if (plan.VerifiesClients) return "A client without a certificate is not refused.";
        return Level(plan, report) ?? (plan.OffersTls ? Chain(plan.Certificate, report) : null);
    }

    /// <summary>Whether nobody answered, which may only be a daemon that is being started.</summary>
    public static bool IsSilent(SmtpTlsReport report) =>
        report.Failure is { Name: ProbeStages.Connect or ProbeStages.Greeting or ProbeStages.Ehlo };

    // The probe has no certificate: the handshake is completed, and the next command is answered with 421.
    private static bool RefusedForItsCertificate(SmtpTlsReport report) =>
        report.Encrypted && report.Failure is { Name: ProbeStages.Ehlo } refused && refused.Detail.StartsWith("421", StringComparison.Ordinal);

    private static string? Level(ListenerPlan plan, SmtpTlsReport report)
    {
        if (report.MailInClear is not { } reply) return null;
        var refused = reply.Code == 530;
        if (plan.RequiresTls && !refused) return $"Mail in clear text is not refused: {reply}.";
        return !plan.RequiresTls && refused ? $"Mail in clear text is refused: {reply}." : null;
    }

    private static string? Chain(PartCertificate? wanted, SmtpTlsReport report)
    {
        if (!report.Encrypted) return "No TLS handshake took place.";
        if (wanted is null) return null;
        if (report.Chain.Count == 0) return "No certificate was served.";
        if (report.Chain[0].Sha256 != wanted.Sha256)
            return $"Another certificate is served: serial {report.Chain[0].SerialNumber}, {report.Chain[0].Subject}.";
        var served = report.Chain.Select(c => Convert.ToBase64String(c.Der.Span));
        return served.SequenceEqual(wanted.Chain, StringComparer.Ordinal)
            ? null
            : $"The right certificate is served with another chain: {string.Join("; ", report.Chain.Skip(1).Select(c => c.Subject))}.";
    }
}
