using Cluster.Verification.Guard;
using Cluster.Verification.Proof;

namespace Cluster.Verification.Smtp;

/// <summary>
/// Looks at SMTP servers: STARTTLS or TLS from the first byte on, and whether mail in clear text is refused. No mail is sent.
/// </summary>
/// <param name="guard">Decides about the address.</param>
/// <param name="clock">Measures the stages.</param>
/// <param name="expected">What is expected beside the certificate.</param>
public sealed class SmtpWireProbe(IOutboundGuard guard, TimeProvider clock, SmtpExpectation expected) : IWireProbe
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<WireLook>> ProbeAsync(WireTarget target, int connections, CancellationToken ct)
    {
        var smtp = new SmtpTlsTarget
        {
            EndPoint = target.EndPoint,
            Offer = target.Offer,
            ImplicitTls = expected.ImplicitTls,
            TryMailInClear = expected is { OffersTls: true, ImplicitTls: false },
            StageTimeout = target.StageTimeout,
        };
        var reports = await new SmtpTlsProbe(guard, clock).RunTogetherAsync(smtp, connections, ct);
        return [.. reports.Select(r => new WireLook(SmtpVerdict.Judge(expected, target.Certificates, r), SmtpVerdict.IsSilent(r), r.Tls))];
    }
}
