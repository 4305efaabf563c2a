using Cluster.Manager.Features.Fleet;
using Cluster.Storage;

namespace Cluster.Manager.Features.Rollouts.Progress;

/// <summary>
/// Wakes the rollout runner of this process when agents reported or moved; coalesced, and only saves time: it also looks by
/// itself.
/// </summary>
internal sealed class RolloutWakeups : IReportListener, IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim available = new(0, 1);
    private bool closed;
    private HashSet<Guid> reported = [];
    private HashSet<Guid> moved = [];

    /// <inheritdoc/>
    public Task ReportedAsync(ClusterDbContext db, ReportedStatus reported, CancellationToken ct)
    {
        if (reported.Change.IsProgress) db.Unit.AfterCommit(() => Reported([reported.ClusterId]));
        return Task.CompletedTask;
    }

    /// <summary>Says that machines of clusters reported something.</summary>
    public void Reported(IEnumerable<Guid> clusters) => Add(clusters, []);

    /// <summary>Says that the desired bundle of machines must follow their group or capabilities.</summary>
    public void Moved(IEnumerable<Guid> machines) => Add([], machines);

    /// <summary>Waits for news, at most for a time.</summary>
    /// <returns>Clusters with reports, and machines to move; both may be empty.</returns>
    public async Task<(IReadOnlySet<Guid> Clusters, IReadOnlySet<Guid> Machines)> WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        await available.WaitAsync(atMost, ct);
        lock (gate)
        {
            var result = (reported, moved);
            (reported, moved) = ([], []);
            if (available.CurrentCount > 0) available.Wait(0, CancellationToken.None);
            return result;
        }
    }

    /// <summary>Wakes the runner for everything that the database says.</summary>
    public void Wake() => Add([], []);

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            available.Dispose();
        }
    }

    private void Add(IEnumerable<Guid> clusters, IEnumerable<Guid> machines)
    {
        lock (gate)
        {
            if (closed) return;
            reported.UnionWith(clusters);
            moved.UnionWith(machines);
            if (available.CurrentCount == 0) available.Release();
        }
    }
}
