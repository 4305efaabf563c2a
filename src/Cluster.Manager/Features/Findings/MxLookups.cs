using System.Collections.Concurrent;

namespace Cluster.Manager.Features.Findings;

/// <summary>Looks domains up in the background, each cluster in its own lane; over all lanes a bounded number at a time, in turn.</summary>
internal sealed partial class MxLookups(MxSchedule schedule, MxResolver resolver, TimeProvider clock, ILogger<MxLookups> log) : IDisposable
{
    private const int Together = 64;

    private readonly ConcurrentDictionary<Guid, MxLane> lanes = new();
    private readonly SemaphoreSlim places = new(Together);
    private readonly Lock gate = new();
    private (int Running, int Answered) busy;
    private bool silent;

    /// <summary>Begins with what is due, in addition to what runs.</summary>
    public void Begin(IReadOnlyDictionary<Guid, IReadOnlySet<string>> wanted, CancellationToken ct)
    {
        foreach (var gone in lanes.Keys.Where(id => !wanted.ContainsKey(id)).ToList()) lanes.TryRemove(gone, out _);
        foreach (var (clusterId, domains) in wanted)
        {
            var lane = lanes.GetOrAdd(clusterId, _ => new MxLane(clock));
            Start(clusterId, lane, lane.Offer(schedule.Due(clusterId, domains)), ct);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private void Start(Guid clusterId, MxLane lane, IReadOnlyList<string> domains, CancellationToken ct)
    {
        lock (gate) busy.Running += domains.Count;
        foreach (var domain in domains) _ = RunAsync(clusterId, lane, domain, ct);
    }

    private async Task RunAsync(Guid clusterId, MxLane lane, string domain, CancellationToken ct)
    {
        var answered = false;
        try
        {
            await places.WaitAsync(ct);
            try
            {
                answered = await resolver.LookUpAsync(clusterId, domain, ct);
            }
            finally
            {
                places.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException || ct.IsCancellationRequested)
        {
            // The manager stops.
            return;
        }
#pragma warning disable CA1031 // An unforeseen answer must not end the look-ups of a cluster: it is logged, the next round asks again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // It counts as unanswered.
            LogFailed(log, e);
            schedule.Note(clusterId, domain, answered: false);
        }

        Start(clusterId, lane, lane.End(domain), ct);
        Tell(domain, answered);
    }

    // A resolver that refuses one domain and answers for others meanwhile is not silent.
    private void Tell(string domain, bool answered)
    {
        lock (gate)
        {
            busy = (busy.Running - 1, busy.Answered + (answered ? 1 : 0));
            var nobody = busy is { Running: 0, Answered: 0 };
            if (busy.Running == 0) busy = default;
            if (!(silent ? answered : nobody)) return;
            silent = nobody;
        }

        if (answered) LogAnswers(log);
        else LogSilent(log, domain);
    }

    [LoggerMessage(
        2401, LogLevel.Warning,
        "No resolver answers (asked for the MX records of {Domain}); findings about MX records keep their last state. It is tried "
            + "again with growing pauses; this is said once.",
        EventName = "ResolverNotResponding")]
    private static partial void LogSilent(ILogger log, string domain);

    [LoggerMessage(2402, LogLevel.Information, "The resolver answers again.", EventName = "ResolverResponding")]
    private static partial void LogAnswers(ILogger log);

    [LoggerMessage(2404, LogLevel.Error, "A look-up of MX records failed; it is tried again.", EventName = "MxLookupFailed")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
