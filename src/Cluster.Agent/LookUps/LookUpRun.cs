using System.Net;
using Cluster.Verification.Published;

namespace Cluster.Agent.LookUps;

/// <summary>
/// Looks domains up, four at a time, and gives up when nobody answers at all: a host without a network is left alone. What says nothing is
/// held back until a resolver has answered something, so that silence is not taken for what is known of a domain.
/// </summary>
internal static class LookUpRun
{
    /// <summary>Domains of one request.</summary>
    public const int MostDomains = 100;

    /// <summary>Domains that are looked at together; the others wait for their turn in the order of the request.</summary>
    public const int AtATime = 4;

    /// <summary>Runs a request.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="lookup">Looks one domain up.</param>
    /// <param name="tell">Gets each answer, one after the other.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task RunAsync(LookUpRequest request, PublishedLookup lookup, Action<PublishedSeen> tell, CancellationToken ct)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var gate = new SemaphoreSlim(1, 1);
        var held = new List<PublishedSeen>();
        var isHeard = false;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = silence.Token };
        try
        {
            await Parallel.ForEachAsync(request.Domains.Take(MostDomains), options, async (domain, stop) =>
            {
                var seen = await SeenAsync(lookup, domain, stop);
                await gate.WaitAsync(stop);
                try
                {
                    held.Add(seen);
                    isHeard = isHeard || !IsSilent(seen);
                    if (!isHeard && held.Count < AtATime) return;
                    if (!isHeard) isHeard = await lookup.IsAnsweredAsync(stop);
                    if (isHeard) TellHeld();
                    else await silence.CancelAsync();
                }
                finally
                {
                    gate.Release();
                }
            });
            if (held.Count > 0 && await lookup.IsAnsweredAsync(ct)) TellHeld();
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // No resolver answers: so neither would the next question be answered. Nothing is told of any domain.
        }

        void TellHeld()
        {
            foreach (var one in held) tell(one);
            held.Clear();
        }
    }

    /// <summary>The resolvers of a request.</summary>
    public static IReadOnlyList<IPEndPoint> ServersOf(LookUpRequest request) => [.. request.Servers.Select(IPEndPoint.Parse)];

    private static async Task<PublishedSeen> SeenAsync(PublishedLookup lookup, LookUpDomain domain, CancellationToken ct)
    {
        try
        {
            return await lookup.QueryAsync(domain.Domain, domain.MtaSts, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a stranger sends costs only what can be said of his own domain.
            var problem = $"{domain.Domain}: what is published cannot be read ({e.GetType().Name})";
            return new PublishedSeen(domain.Domain, DaneSeen.Unknown, (domain.MtaSts ?? MtaStsSeen.Unknown) with { Problem = problem });
        }
    }

    private static bool IsSilent(PublishedSeen seen) =>
        seen is
        {
            Dane: { State: PublishedState.Unknown, Problem.Length: 0 },
            MtaSts: { State: PublishedState.Unknown, Problem.Length: 0 },
        };
}
