namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>Bounds the bytes that are on their way to all agents together; those who wait get their turn in order.</summary>
/// <param name="capacity">Bytes; a single larger request is let through alone.</param>
internal sealed class ByteBudget(long capacity)
{
    private readonly Lock gate = new();
    private readonly Queue<(long Bytes, TaskCompletionSource Turn)> waiting = new();
    private long used;

    /// <summary>Bytes reserved now.</summary>
    public long Used
    {
        get
        {
            lock (gate) return used;
        }
    }

    /// <summary>Waits until the bytes fit; dispose the lease when they were sent.</summary>
    public async ValueTask<Lease> ReserveAsync(long bytes, CancellationToken ct)
    {
        var wanted = Math.Min(bytes, capacity);
        TaskCompletionSource turn;
        lock (gate)
        {
            if (waiting.Count == 0 && used + wanted <= capacity)
            {
                used += wanted;
                return new Lease(this, wanted);
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue((wanted, turn));
        }

        await using var registration = ct.Register(() => turn.TrySetCanceled(ct));
        await turn.Task;
        return new Lease(this, wanted);
    }

    private void Release(long bytes)
    {
        lock (gate)
        {
            used -= bytes;
            while (waiting.TryPeek(out var next) && used + next.Bytes <= capacity)
            {
                waiting.Dequeue();
                if (next.Turn.TrySetResult()) used += next.Bytes;
            }
        }
    }

    /// <summary>Bytes that are reserved.</summary>
    internal readonly struct Lease(ByteBudget budget, long bytes) : IDisposable
    {
        public void Dispose() => budget.Release(bytes);
    }
}
