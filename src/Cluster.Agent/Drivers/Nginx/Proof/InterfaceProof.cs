using System.Net;
using System.Net.NetworkInformation;
using Cluster.Agent.Drivers.Nginx.Rendering;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Verification.Guard;
using Cluster.Verification.Https;
using Cluster.Verification.Proof;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Drivers.Nginx.Proof;

/// <summary>
/// States what the clients of an interface shall see, and looks: at the certificate by server name, and at versions and ciphers, at every
/// address at which it can be reached.
/// </summary>
internal sealed class InterfaceProof(IOutboundGuard guard, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private readonly EndpointProver prover = new(clock);

    /// <summary>Shows that an interface is as planned; a failure has the check <c>probe</c>.</summary>
    /// <param name="plan">The interface.</param>
    /// <param name="sharing">All interfaces at its address and port, itself included.</param>
    /// <param name="block">Versions and ciphers; null = they are the administrator's.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<Attempt<EndpointEvidence>> ProveAsync(
        InterfacePlan plan, IReadOnlyList<InterfacePlan> sharing, TlsProtocolBlock? block, CancellationToken ct)
    {
        EndpointVerdict? seen = null;
        var names = plan.Names(sharing);
        foreach (var place in Places(plan.EndPoint))
        {
            var verdict = await prover.ProveAsync(
                new HttpsWireProbe(guard), new EndpointExpectation { EndPoint = place, Names = names }, ct);
            var problem = verdict.Problem ?? await OtherKeysAsync(place, names, ct);
            if (problem is null && block is not null) problem = await RangeAsync(place, plan, names, block, ct);
            if (problem is not null)
                return ApplyFailure.Final(ApplyCodes.NotServed, "probe", $"Interface {plan.Name} at {verdict.EndPoint}: {problem}");
            seen ??= verdict;
        }

        return EvidenceOf(plan, seen!, block);
    }

    // A second certificate with another kind of key would be served to clients that prefer it.
    private async Task<string?> OtherKeysAsync(IPEndPoint place, IReadOnlyList<ServedName> names, CancellationToken ct)
    {
        foreach (var name in names)
        {
            var own = name.Certificates.Select(c => c.KeyKind).ToHashSet();
            foreach (var offer in Enum.GetValues<KeyKinds>().Where(k => k != KeyKinds.Any && !own.Contains(k)).SelectMany(OffersOf))
            {
                if (await AskAsync(place, offer with { ServerName = name.ServerName }, ct) is { IsAccepted: true })
                    return $"A client that takes {offer.KeyKinds.ToString().ToUpperInvariant()} certificates alone is served another "
                        + $"certificate{(name.ServerName is { } asked ? $" for {asked}" : "")}. Remove the other ssl_certificate.";
            }
        }

        return null;
    }

    // Up to TLS 1.2 the suite decides about the kind of certificate, in TLS 1.3 the signatures that the client takes.
    private static HelloOffer[] OffersOf(KeyKinds kind) =>
    [
        new HelloOffer { Version = TlsVersion.Tls13, KeyKinds = kind },
        new HelloOffer
        {
            Version = TlsVersion.Tls12,
            KeyKinds = kind,
            Suites = [.. CipherSuites.ByName.Values.Where(s => s.KeyKind == kind).Select(s => s.Code)],
        },
    ];

    private async Task<ServerHelloSeen?> AskAsync(IPEndPoint place, HelloOffer offer, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        try
        {
            await using var connection = await GuardedSocket.ConnectAsync(guard, place, limit.Token);
            return await ClientHelloProbe.AskAsync(connection, offer, limit.Token);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or OperationCanceledException
            && !ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private Task<string?> RangeAsync(
        IPEndPoint place, InterfacePlan plan, IReadOnlyList<ServedName> names, TlsProtocolBlock block, CancellationToken ct)
    {
        var range = ProtocolText.Range(block, names.SelectMany(n => n.Certificates));
        var probe = new TlsRangeProbe(async t => await GuardedSocket.ConnectAsync(guard, place, t), Limit);
        string?[] asked = plan.Hostname.Length > 0 ? [null, plan.Hostname] : [null];
        return RangeRounds.LookAsync(() => RoundAsync(probe, range, asked, ct), clock, ct);
    }

    private static async Task<string?> RoundAsync(TlsRangeProbe probe, TlsRange range, string?[] asked, CancellationToken ct)
    {
        foreach (var name in asked)
        {
            if (await probe.LookAsync(range, name, ct) is { } problem)
                return name is null ? problem : $"Asked for {name}: {problem}";
        }

        return null;
    }

    // A server may take one address of the host for itself, away from one that listens on all of them.
    private static IEnumerable<IPEndPoint> Places(IPEndPoint endPoint)
    {
        yield return new EndpointExpectation { EndPoint = endPoint, Names = [] }.Reachable;
        if (!endPoint.Address.Equals(IPAddress.Any) && !endPoint.Address.Equals(IPAddress.IPv6Any)) yield break;
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == endPoint.AddressFamily && !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal);
        foreach (var address in own) yield return new IPEndPoint(address, endPoint.Port);
    }

    private EndpointEvidence EvidenceOf(InterfacePlan plan, EndpointVerdict verdict, TlsProtocolBlock? block)
    {
        var leaf = verdict.Tls is { Chain.Count: > 0 } tls ? tls.Chain[0] : null;
        return new EndpointEvidence
        {
            Kind = ManagementInterface.Kind,
            Name = plan.Name,
            Address = verdict.EndPoint.Address.ToString(),
            Port = verdict.EndPoint.Port,
            At = clock.GetUtcNow(),
            Method = VerificationMethod.Wire,
            LeafSha256 = leaf?.Sha256,
            SerialNumber = leaf?.SerialNumber,
            Protocol = verdict.Tls?.Protocol,
            Detail = block is null ? "" : $"only {ProtocolText.Versions(block)}",
        };
    }
}
