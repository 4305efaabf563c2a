using System.Net;
using Cluster.Verification.Guard;
using Cluster.Verification.Proof;

namespace Cluster.Verification.Smtp;

/// <summary>
/// Looks at SMTP servers: STARTTLS or TLS from the first byte on, and whether mail in clear text is refused. No mail is sent.
/// </summary>
/// <param name="guard">Decides about the address.</param>
/// <param name="clock">Measures the stages.</param>
/// <param name="expected">What is expected beside the certificate.</param>
/// <param name="source">The own address that is connected from; null = the system chooses.</param>
public sealed class SmtpWireProbe(IOutboundGuard guard, TimeProvider clock, SmtpExpectation expected, IPAddress? source = null) : IWireProbe
{
    // A domain that cannot exist (RFC 6761, 6.4): what the server would say of the recipient plays no role.
    private const string Nobody = "postmaster@probe.cluster.invalid";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WireLook>> ProbeAsync(WireTarget target, int connections, CancellationToken ct)
    {
        var smtp = new SmtpTlsTarget
        {
            EndPoint = target.EndPoint,
            Source = source,
            Offer = target.Offer,
            ImplicitTls = expected.ImplicitTls,
            TryMailInClear = expected is { OffersTls: true, ImplicitTls: false } or { DecidesAtRecipient: true, ImplicitTls: false },
            // Behind what refuses, the server may ask half the world about a recipient: it is named only where it must be refused.
            RecipientInClear = expected is { DecidesAtRecipient: true, RequiresTls: true } ? Nobody : null,
            Recipient = expected is { DecidesAtRecipient: true, VerifiesClients: true } ? Nobody : null,
            StageTimeout = target.StageTimeout,
        };
        var reports = await new SmtpTlsProbe(guard, clock).RunTogetherAsync(smtp, connections, ct);
        return [.. reports.Select(r => new WireLook(SmtpVerdict.Judge(expected, target.Certificates, r), SmtpVerdict.IsSilent(r), r.Tls))];
    }
}
