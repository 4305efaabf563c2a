using Cluster.Verification.Tls;

namespace Cluster.Verification.Proof;

/// <summary>
/// Shows that an endpoint answers as expected: for each server name, and each key kind where there are several, with several fresh
/// connections at once, twice. What one name is served says nothing of the others: an old process may differ from the new ones for any
/// single name, also for one that is expected to be served the same certificate as another. Right after a reload old processes may take
/// a last connection each, so a wrong answer is asked again for a while, with growing pauses and one connection at a time: a server may
/// mail its postmaster about each handshake that its own fault breaks.
/// </summary>
/// <param name="clock">Measures how long a wrong answer has stood.</param>
public sealed class EndpointProver(TimeProvider clock)
{
    private const int GoodRounds = 2;
    private const int WrongRounds = 5;
    private static readonly TimeSpan WrongFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Looks until the answers are right or have been wrong for too long.</summary>
    public async Task<EndpointVerdict> ProveAsync(IWireProbe probe, EndpointExpectation expectation, CancellationToken ct)
    {
        TlsSeen? first = null;
        foreach (var target in expectation.Names.SelectMany(n => TargetsOf(expectation, n)))
        {
            var last = await ProveAsync(probe, target, expectation.Connections, ct);
            if (last.Problem is { } problem) return new EndpointVerdict(target.EndPoint, problem, last.Tls);
            first ??= last.Tls;
        }

        return new EndpointVerdict(expectation.Reachable, null, first);
    }

    private static IEnumerable<WireTarget> TargetsOf(EndpointExpectation expectation, ServedName name)
    {
        var whole = new WireTarget
        {
            EndPoint = expectation.Reachable,
            Offer = new TlsOffer { ServerName = name.ServerName },
            Certificates = name.Certificates,
        };
        yield return whole;

        // With one certificate there is nothing to choose: a client that cannot use it fails, and shall.
        var kinds = name.Certificates.GroupBy(c => c.KeyKind).ToList();
        if (kinds.Count < 2) yield break;
        foreach (var kind in kinds) yield return whole with { Offer = whole.Offer with { KeyKinds = kind.Key }, Certificates = [.. kind] };
    }

    private async Task<WireLook> ProveAsync(IWireProbe probe, WireTarget target, int connections, CancellationToken ct)
    {
        var begun = clock.GetTimestamp();
        var pause = FirstPause;
        for (int good = 0, bad = 0; ;)
        {
            var looks = await probe.ProbeAsync(target, good == 0 && bad > 0 ? 1 : connections, ct);
            if (looks.FirstOrDefault(l => l.Problem is not null) is not { } wrong)
            {
                if (++good >= GoodRounds) return looks[^1];
                continue;
            }

            good = 0;
            bad++;
            var patience = wrong.IsSilent ? SilentFor : WrongFor;
            if (bad >= WrongRounds && clock.GetElapsedTime(begun) >= patience)
                return wrong with { Problem = Named(target, wrong.Problem!) };
            await Task.Delay(pause, clock, ct);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static string Named(WireTarget target, string problem)
    {
        var name = target.Offer.ServerName is { } asked ? $"Asked for {asked}: " : "";
        return target.Offer.KeyKinds == KeyKinds.Any
            ? name + problem
            : $"{name}With an {target.Offer.KeyKinds.ToString().ToUpperInvariant()} client: {problem}";
    }
}
