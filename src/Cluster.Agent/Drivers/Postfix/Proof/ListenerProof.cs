using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Verification.Guard;
using Cluster.Verification.Proof;
using Cluster.Verification.Smtp;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>States what a listener's clients shall see; the looking is <see cref="EndpointProver"/>'s.</summary>
internal sealed class ListenerProof(IOutboundGuard guard, TimeProvider clock)
{
    private const string ServerNames = "tls_server_sni_maps";
    private readonly EndpointProver prover = new(clock);

    /// <summary>Shows that a listener is as planned; a failure has the check <c>probe</c>.</summary>
    public async Task<Attempt<EndpointEvidence>> ProveAsync(ListenerPlan plan, LiveFiles live, CancellationToken ct)
    {
        var entry = MasterCfEdit.Find(live.Master, plan.EndPoint);
        var smtp = plan.Expectation(implicitTls: entry?.IsOn(MasterCfEdit.Wrapper, live.Administrator) is true);
        var theirs = entry?.Option(ServerNames) ?? live.Administrator.Find(ServerNames);
        var names = plan.Names(ofCertificates: plan.ByName.Count > 0 || !string.IsNullOrEmpty(theirs));
        var expectation = new EndpointExpectation { EndPoint = plan.EndPoint, Names = names };

        // A single process answers one client after the other.
        if (entry?.MaximumProcesses == "1") expectation = expectation with { Connections = 1 };
        var verdict = await prover.ProveAsync(new SmtpWireProbe(guard, clock, smtp), expectation, ct);
        if (verdict.Problem is { } problem)
        {
            return ApplyFailure.Final(ApplyCodes.NotServed, "probe", $"Listener {plan.Name} at {verdict.EndPoint}: {problem}") with
            {
                Sides = SidesOf(plan, verdict, problem),
            };
        }

        return EvidenceOf(plan, verdict);
    }

    private EndpointEvidence EvidenceOf(ListenerPlan plan, EndpointVerdict verdict)
    {
        var leaf = verdict.Tls is { Chain.Count: > 0 } tls ? tls.Chain[0] : null;
        return new EndpointEvidence
        {
            Kind = Kinds.Listeners,
            Name = plan.Name,
            Address = verdict.EndPoint.Address.ToString(),
            Port = verdict.EndPoint.Port,
            At = clock.GetUtcNow(),
            Method = VerificationMethod.Wire,
            LeafSha256 = leaf?.Sha256,
            SerialNumber = leaf?.SerialNumber,
            Protocol = verdict.Tls?.Protocol,
            Detail = DetailOf(plan),
        };
    }

    private static DifferenceSides SidesOf(ListenerPlan plan, EndpointVerdict verdict, string problem) => new()
    {
        Kind = Kinds.Listeners,
        Name = plan.Name,
        Intended = plan.Certificate is { } certificate
            ? $"TLS {plan.Level}, certificate {certificate.Sha256} at {verdict.EndPoint}"
            : $"TLS {plan.Level} at {verdict.EndPoint}",
        OnWire = verdict.Tls is { Chain.Count: > 0 } tls ? $"{problem} (certificate {tls.Chain[0].Sha256})" : problem,
    };

    private static string DetailOf(ListenerPlan plan)
    {
        if (plan.VerifiesClients) return "mail in clear text is refused, and a client without a certificate";
        if (plan.RequiresTls) return "mail in clear text is refused";
        return plan.OffersTls ? "" : "STARTTLS is not offered";
    }
}
