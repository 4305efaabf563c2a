using System.Collections.Concurrent;

namespace Cluster.Manager.Hosting.Idempotency;

/// <summary>The keys whose first request runs in this process now; repeats wait for it.</summary>
internal sealed class RunningKeys
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> running = new(StringComparer.Ordinal);

    /// <summary>Waits until no other request with the key runs, and holds the key until the result is disposed.</summary>
    public async Task<IDisposable> HoldAsync(string key, CancellationToken ct)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            var holder = running.GetOrAdd(key, mine);
            if (holder == mine) return new Held(this, key, mine);
            await holder.Task.WaitAsync(ct);
        }
    }

    private sealed class Held(RunningKeys keys, string key, TaskCompletionSource mine) : IDisposable
    {
        public void Dispose()
        {
            keys.running.TryRemove(new KeyValuePair<string, TaskCompletionSource>(key, mine));
            mine.TrySetResult();
        }
    }
}
