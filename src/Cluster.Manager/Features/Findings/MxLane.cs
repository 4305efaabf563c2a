namespace Cluster.Manager.Features.Findings;

/// <summary>
/// The look-ups of one cluster: a few at a time, a number in a minute, each domain once at a time. Nobody waits for them, so that
/// a domain whose name servers are slow takes one place of its own cluster and delays no other.
/// </summary>
internal sealed class MxLane(TimeProvider clock)
{
    /// <summary>How many of a cluster run at a time.</summary>
    public const int Together = 4;

    /// <summary>How many of a cluster begin in a round.</summary>
    public const int Quota = 200;

    /// <summary>Length of a round.</summary>
    public static readonly TimeSpan Round = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Queue<string> waiting = new();
    private readonly HashSet<string> running = new(StringComparer.Ordinal);
    private DateTimeOffset roundBegan = DateTimeOffset.MinValue;
    private int begun;

    /// <summary>Takes what is due in place of what waited.</summary>
    /// <returns>What may begin now.</returns>
    public IReadOnlyList<string> Offer(IEnumerable<string> due)
    {
        lock (gate)
        {
            waiting.Clear();
            foreach (var domain in due.Where(d => !running.Contains(d))) waiting.Enqueue(domain);
            return Begin();
        }
    }

    /// <summary>Notes the end of one.</summary>
    /// <returns>What may begin now.</returns>
    public IReadOnlyList<string> End(string domain)
    {
        lock (gate)
        {
            running.Remove(domain);
            return Begin();
        }
    }

    private List<string> Begin()
    {
        var now = clock.GetUtcNow();
        // A clock that goes back begins a round as well: nothing waits for it to catch up.
        if (now - roundBegan >= Round || now < roundBegan) (roundBegan, begun) = (now, 0);
        var next = new List<string>();
        while (running.Count < Together && begun < Quota && waiting.TryDequeue(out var domain))
        {
            running.Add(domain);
            begun++;
            next.Add(domain);
        }

        return next;
    }
}
