using System.Buffers;
using System.IO.Pipelines;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>A connection whose output goes through <see cref="RefusalCompleter"/>.</summary>
internal sealed record RefusalPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

/// <summary>
/// Collects what is written until it is flushed, and completes it when it is a refusal. Nothing goes on earlier, because
/// Kestrel still writes into memory that it has asked for before it advanced.
/// </summary>
internal sealed class RefusalCompleter(PipeWriter inner, string traceId) : PipeWriter
{
    // What a single large answer needed is not kept for the life of the connection.
    private const int MostKept = 64 * 1024;

    private ArrayBufferWriter<byte> collected = new();

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => inner.UnflushedBytes + collected.WrittenCount;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => collected.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => collected.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes) => collected.Advance(bytes);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return inner.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        Release();
        inner.Complete(exception);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Release();
        return inner.CompleteAsync(exception);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    private void Release()
    {
        if (collected.WrittenCount == 0) return;
        var isRefusal = collected.WrittenSpan.StartsWith("HTTP/1.1 4"u8) || collected.WrittenSpan.StartsWith("HTTP/1.1 5"u8);
        var completed = isRefusal ? KestrelRefusals.Complete(collected.WrittenSpan, traceId) : null;
        inner.Write(completed ?? collected.WrittenSpan);
        if (collected.Capacity > MostKept) collected = new ArrayBufferWriter<byte>();
        else collected.ResetWrittenCount();
    }
}
