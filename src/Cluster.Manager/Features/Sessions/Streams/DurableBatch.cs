using System.Threading.Channels;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>
/// Writes what many agents send at once in few transactions: while one runs, the next gathers. A task ends when its item is
/// durable.
/// </summary>
/// <typeparam name="T">What is written.</typeparam>
/// <typeparam name="TResult">What came of it.</typeparam>
/// <param name="write">Writes a batch in one transaction and returns one result an item, in order.</param>
/// <param name="largest">Most items of one batch.</param>
internal sealed class DurableBatch<T, TResult>(
    Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<TResult>>> write, int largest = 256)
{
    private readonly Channel<(T Item, TaskCompletionSource<TResult> Done)> queue =
        Channel.CreateUnbounded<(T, TaskCompletionSource<TResult>)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Hands in an item; there is at most one outstanding item an agent, so the queue is bounded by the fleet.</summary>
    public Task<TResult> AddAsync(T item)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!queue.Writer.TryWrite((item, done))) done.SetCanceled(CancellationToken.None);
        return done.Task;
    }

    public async Task RunAsync(CancellationToken ct)
    {
        var batch = new List<(T Item, TaskCompletionSource<TResult> Done)>(largest);
        try
        {
            while (await queue.Reader.WaitToReadAsync(ct))
            {
                batch.Clear();
                while (batch.Count < largest && queue.Reader.TryRead(out var next)) batch.Add(next);
                await WriteAsync(batch, ct);
            }
        }
        finally
        {
            queue.Writer.TryComplete();
            while (queue.Reader.TryRead(out var left)) left.Done.TrySetCanceled(CancellationToken.None);
        }
    }

    private async Task WriteAsync(List<(T Item, TaskCompletionSource<TResult> Done)> batch, CancellationToken ct)
    {
        try
        {
            var results = await write([.. batch.Select(b => b.Item)], ct);
            for (var i = 0; i < batch.Count; i++) batch[i].Done.TrySetResult(results[i]);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            foreach (var (_, done) in batch) done.TrySetCanceled(ct);
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Whatever it is, it belongs to those who wait: a failed batch must not end the writer for everybody.
            foreach (var (_, done) in batch) done.TrySetException(e);
        }
    }
}
