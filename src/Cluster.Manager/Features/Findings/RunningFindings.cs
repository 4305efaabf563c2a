using System.Collections.Concurrent;
using Cluster.Contracts.Findings;
using Cluster.Domain.Validation;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Cluster.Manager.Features.Findings;

/// <summary>
/// Gives the findings of the running configuration; remembered until something that they depend on changes, at most for a few
/// minutes, since time is such a thing too.
/// </summary>
internal sealed class RunningFindings(
    ClusterDatabase database, ChangePreviewer previewer, FindingInputs inputs, TimeProvider clock) : IDisposable
{
    private const int MaxClusters = 100;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxClusters });
    private readonly ConcurrentDictionary<Guid, SemaphoreSlim> gates = new();

    /// <summary>Reads them; several who ask at once wait for one computation.</summary>
    public async Task<SortedRows<Finding>> ReadAsync(Guid clusterId, CancellationToken ct)
    {
        var gate = gates.GetOrAdd(clusterId, static _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            return await database.ReadAsync((db, token) => ReadAsync(db, clusterId, token), ct);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        foreach (var gate in gates.Values) gate.Dispose();
    }

    private async Task<SortedRows<Finding>> ReadAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == clusterId, ct);
        var state = inputs.StateOf(cluster);
        var age = cache.TryGetValue(clusterId, out Remembered? known) && known!.State == state ? clock.GetUtcNow() - known.At : Fresh;
        var fresh = age >= TimeSpan.Zero && age < Fresh;
        if (fresh && known!.ChangeCounter == cluster.ChangeCounter) return known.Findings;
        var rest = await inputs.ReadAsync(db, clusterId, ct);
        return fresh && known!.Inputs == rest
            ? Keep(clusterId, known with { ChangeCounter = cluster.ChangeCounter })
            : await ComputeAsync(db, cluster, state, rest, ct);
    }

    private async Task<SortedRows<Finding>> ComputeAsync(
        ClusterDbContext db, ManagedCluster cluster, FindingsState state, string rest, CancellationToken ct)
    {
        var change = await previewer.PreviewAsync(db, cluster, [], "", ct);
        // The gate of the cluster is held: nobody else uses the memory meanwhile.
        var memory = cache.Get<Remembered>(cluster.Id)?.Memory ?? new FindingMemory();
        return Keep(
            cluster.Id, new Remembered(state, rest, cluster.ChangeCounter, change.Now, SortedFindings.Of(change.Findings(memory)), memory));
    }

    private SortedRows<Finding> Keep(Guid clusterId, Remembered remembered) =>
        cache.Set(clusterId, remembered, new MemoryCacheEntryOptions { Size = 1 }).Findings;

    private sealed record Remembered(
        FindingsState State, string Inputs, long ChangeCounter, DateTimeOffset At, SortedRows<Finding> Findings, FindingMemory Memory);
}
