using Cluster.Verification.Tls;

namespace Cluster.Verification.Smtp;

/// <summary>Whether what was seen of an SMTP server is what is expected; a pure function.</summary>
public static class SmtpVerdict
{
    /// <summary>What is wrong; null when everything is as expected.</summary>
    /// <param name="expected">What shall be.</param>
    /// <param name="certificates">Any of them shall be served; none = it does not matter which.</param>
    /// <param name="report">What was seen.</param>
    public static string? Judge(SmtpExpectation expected, IReadOnlyList<ExpectedCertificate> certificates, SmtpTlsReport report)
    {
        if (expected is { VerifiesClients: true, DecidesAtRecipient: false } && RefusedForItsCertificate(report))
            return Level(expected, report) ?? CertificateVerdict.Judge(certificates, report.Tls);
        if (report.Failure is { } failure && failure.Name is not (ProbeStages.MailFrom or ProbeStages.RcptTo))
            return $"{failure.Name}: {failure.Detail}";
        if (expected.ImplicitTls)
        {
            return expected is { VerifiesClients: true, DecidesAtRecipient: true } && !IsDenied(report)
                ? "A client without a certificate is not refused."
                : CertificateVerdict.Judge(certificates, report.Tls);
        }

        if (report.StartTlsOffered != expected.OffersTls)
            return expected.OffersTls ? "STARTTLS is not offered." : "STARTTLS is offered although TLS is off.";
        if (expected.VerifiesClients && !(expected.DecidesAtRecipient && IsDenied(report)))
            return "A client without a certificate is not refused.";
        if (Level(expected, report) is { } problem) return problem;
        return expected.OffersTls ? CertificateVerdict.Judge(certificates, report.Tls) : null;
    }

    /// <summary>Whether nobody answered, which may only be a server that is being started.</summary>
    public static bool IsSilent(SmtpTlsReport report) =>
        report.Failure is { Name: ProbeStages.Connect or ProbeStages.Greeting or ProbeStages.Ehlo };

    // The probe has no certificate: the handshake is completed, and the next command is answered with 421.
    private static bool RefusedForItsCertificate(SmtpTlsReport report) =>
        report.Encrypted
            && report.Failure is { Name: ProbeStages.Ehlo } refused
            && refused.Detail.StartsWith("421", StringComparison.Ordinal);

    // The words of Postfix for a list of restrictions that ends in "reject".
    private static bool IsDenied(SmtpTlsReport report) =>
        report is { Encrypted: true, RcptTo: { IsPositive: false } reply }
            && reply.ToString().Contains("Access denied", StringComparison.Ordinal);

    private static string? Level(SmtpExpectation expected, SmtpTlsReport report)
    {
        if (report.MailInClear is not { } reply) return null;
        var refused = reply.Code == 530;
        if (expected.RequiresTls && !refused) return $"Mail in clear text is not refused: {reply}.";
        return !expected.RequiresTls && refused ? $"Mail in clear text is refused: {reply}." : null;
    }
}
