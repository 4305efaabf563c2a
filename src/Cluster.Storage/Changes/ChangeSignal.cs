namespace Cluster.Storage.Changes;

/// <summary>
/// Wakes those in this process who follow what is stored. Level-triggered and coalesced: a wake-up says that something changed
/// since the last look, not what; whoever wakes reads the state as it is now.
/// </summary>
public sealed class ChangeSignal
{
    private readonly Lock gate = new();
    private readonly List<ChangeSubscription> subscriptions = [];

    /// <summary>Starts to follow changes; dispose to stop.</summary>
    public ChangeSubscription Subscribe()
    {
        var subscription = new ChangeSubscription(this);
        lock (gate) subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>Says that clusters changed; <see cref="Guid.Empty"/> = the installation.</summary>
    public void Raise(IReadOnlyCollection<Guid> changed)
    {
        if (changed.Count == 0) return;
        lock (gate)
        {
            foreach (var subscription in subscriptions) subscription.Add(changed);
        }
    }

    internal void Remove(ChangeSubscription subscription)
    {
        lock (gate) subscriptions.Remove(subscription);
    }
}

/// <summary>One follower of changes.</summary>
public sealed class ChangeSubscription : IDisposable
{
    private readonly ChangeSignal signal;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim available = new(0, 1);
    private HashSet<Guid> pending = [];

    internal ChangeSubscription(ChangeSignal signal) => this.signal = signal;

    /// <summary>Waits until something changed since the last call; what happened between two calls comes as one.</summary>
    /// <returns>The clusters that changed; <see cref="Guid.Empty"/> = the installation.</returns>
    public async Task<IReadOnlySet<Guid>> WaitAsync(CancellationToken ct)
    {
        await available.WaitAsync(ct).ConfigureAwait(false);
        lock (gate)
        {
            var changed = pending;
            pending = [];
            return changed;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        signal.Remove(this);
        available.Dispose();
    }

    internal void Add(IReadOnlyCollection<Guid> changed)
    {
        lock (gate)
        {
            var wake = pending.Count == 0;
            pending.UnionWith(changed);
            if (wake) available.Release();
        }
    }
}
