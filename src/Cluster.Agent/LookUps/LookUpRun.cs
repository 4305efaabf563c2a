using System.Net;
using Cluster.Verification.Published;

namespace Cluster.Agent.LookUps;

/// <summary>Looks domains up, four at a time, and gives up when nobody answers at all: a host without a network is left alone.</summary>
internal static class LookUpRun
{
    /// <summary>Domains of one request.</summary>
    public const int MostDomains = 100;

    private const int AtATime = 4;

    /// <summary>Runs a request.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="lookup">Looks one domain up.</param>
    /// <param name="tell">Gets each answer, one after the other.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task RunAsync(LookUpRequest request, PublishedLookup lookup, Action<PublishedSeen> tell, CancellationToken ct)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var gate = new Lock();
        var (told, silent) = (0, 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = silence.Token };
        try
        {
            await Parallel.ForEachAsync(request.Domains.Take(MostDomains), options, async (domain, stop) =>
            {
                var seen = await SeenAsync(lookup, domain, stop);
                lock (gate)
                {
                    if (!IsSilent(seen)) told++;
                    else silent++;
                    if (told == 0 && silent >= AtATime) silence.Cancel();
                    else tell(seen);
                }
            });
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // No resolver answers: so neither would the next question be answered.
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
        seen.Dane.State == PublishedState.Unknown && seen.MtaSts is { State: PublishedState.Unknown, Problem.Length: 0 };
}
