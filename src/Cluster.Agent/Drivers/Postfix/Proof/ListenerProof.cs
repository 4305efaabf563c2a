using System.Net;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Verification.Guard;
using Cluster.Verification.Proof;
using Cluster.Verification.Smtp;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>States what a listener's clients shall see; the looking is <see cref="EndpointProver"/>'s.</summary>
internal sealed class ListenerProof(IOutboundGuard guard, TimeProvider clock)
{
    private const string Lookup = "smtpd_peername_lookup";
    private const string ServerNames = "tls_server_sni_maps";
    private readonly EndpointProver prover = new(clock);

    /// <summary>Shows that a listener is as planned; a failure has the check <c>probe</c>.</summary>
    public async Task<Attempt<EndpointEvidence>> ProveAsync(ListenerPlan plan, LiveFiles live, CancellationToken ct)
    {
        var entry = MasterCfEdit.Find(live.Master, plan.EndPoint);
        var wrapped = entry?.IsOn(MasterCfEdit.Wrapper, live.Administrator) is true;
        if (plan.Senders is null)
        {
            var plain = new SmtpWireProbe(guard, clock, plan.Expectation(wrapped));
            var seen = await ProveAsync(plan, live, plain, plan.OffersTls, Detail(plan), ct);
            return seen.Succeeded ? await WithRangeAsync(seen.Value, plan, wrapped, source: null, ct) : seen;
        }

        // This host is a client too: what it meets is what is asked of its own addresses.
        var looksUp = (entry?.Option(Lookup) ?? live.Administrator.Find(Lookup)) is not { } lookup
            || !lookup.Equals("no", StringComparison.OrdinalIgnoreCase);
        Attempt<EndpointEvidence>? first = null;
        foreach (var client in await OwnClients.FindAsync(plan, looksUp, ct))
        {
            var look = await ProveAsync(plan, live, wrapped, client, client.Demand, ct);
            if (!look.Succeeded && client.OtherDemand is { } other) look = await ProveAsync(plan, live, wrapped, client, other, ct);
            if (!look.Succeeded) return look;
            if (client.Demand.Tls != PolicyTls.Off) look = await WithRangeAsync(look.Value, plan, wrapped, client.Address, ct);
            if (!look.Succeeded) return look;
            first ??= look;
        }

        return first!.Value;
    }

    private async Task<Attempt<EndpointEvidence>> WithRangeAsync(
        EndpointEvidence evidence, ListenerPlan plan, bool wrapped, IPAddress? source, CancellationToken ct)
    {
        if (plan.Protocols is not { } block) return evidence;
        var target = new SmtpTlsTarget
        {
            EndPoint = new IPEndPoint(IPAddress.Parse(evidence.Address), evidence.Port),
            Source = source,
            ImplicitTls = wrapped,
        };
        var problem = await RangeRounds.LookAsync(() => ListenerRange.LookAsync(guard, plan, block, target, ct), clock, ct);
        if (problem is not null)
            return ApplyFailure.Final(ApplyCodes.NotServed, "probe", $"Listener {plan.Name} at {target.EndPoint}: {problem}");
        var only = $"only {ProtocolText.Versions(block)}{(block.Ciphers is null ? "" : ", with the named ciphers alone")}";
        return evidence with { Detail = evidence.Detail.Length == 0 ? only : $"{evidence.Detail}; {only}" };
    }

    private Task<Attempt<EndpointEvidence>> ProveAsync(
        ListenerPlan plan, LiveFiles live, bool wrapped, OwnClient client, SenderDemand demand, CancellationToken ct)
    {
        var probe = new SmtpWireProbe(guard, clock, plan.Expectation(wrapped, demand), client.Address);
        return ProveAsync(plan, live, probe, demand.Tls != PolicyTls.Off, Detail(plan, client, demand), ct);
    }

    private async Task<Attempt<EndpointEvidence>> ProveAsync(
        ListenerPlan plan, LiveFiles live, SmtpWireProbe probe, bool offersTls, string detail, CancellationToken ct)
    {
        var entry = MasterCfEdit.Find(live.Master, plan.EndPoint);
        var theirs = entry?.Option(ServerNames) ?? live.Administrator.Find(ServerNames);
        var names = plan.Names(ofCertificates: plan.ByName.Count > 0 || !string.IsNullOrEmpty(theirs));
        var expectation = new EndpointExpectation { EndPoint = plan.EndPoint, Names = offersTls ? names : [new ServedName(null, [])] };

        // A single process answers one client after the other.
        if (entry?.MaximumProcesses == "1") expectation = expectation with { Connections = 1 };
        var verdict = await prover.ProveAsync(probe, expectation, ct);
        if (verdict.Problem is { } problem)
        {
            var seen = plan.Senders is null ? "" : $" ({detail})";
            return ApplyFailure.Final(ApplyCodes.NotServed, "probe", $"Listener {plan.Name} at {verdict.EndPoint}{seen}: {problem}") with
            {
                Sides = SidesOf(plan, verdict, problem),
            };
        }

        var leaf = verdict.Tls is { Chain.Count: > 0 } tls ? tls.Chain[0] : null;
        return new EndpointEvidence
        {
            Kind = Kinds.Listeners,
            Name = plan.Name,
            Address = verdict.EndPoint.Address.ToString(),
            Port = verdict.EndPoint.Port,
            At = clock.GetUtcNow(),
            // Whoever is offered no TLS sees no certificate: that others are served the right one is not seen here.
            Method = plan.OffersTls && !offersTls ? VerificationMethod.NotCheckable : VerificationMethod.Wire,
            LeafSha256 = leaf?.Sha256,
            SerialNumber = leaf?.SerialNumber,
            Protocol = verdict.Tls?.Protocol,
            Detail = detail,
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

    private static string Detail(ListenerPlan plan)
    {
        if (plan.VerifiesClients) return "mail in clear text is refused, and a client without a certificate";
        if (plan.RequiresTls) return "mail in clear text is refused";
        return plan.OffersTls ? "" : "STARTTLS is not offered";
    }

    private static string Detail(ListenerPlan plan, OwnClient client, SenderDemand demand)
    {
        var unseen = demand.Tls == PolicyTls.Off && plan.OffersTls
            ? "; STARTTLS is not offered to this host, so that what it serves to others, versions and ciphers too, cannot be seen from here"
            : "";
        return $"seen from {client.Address} with policy {demand.Policy}{unseen}; what is asked of other clients was tried in the check "
            + "before the change, and read back";
    }
}
