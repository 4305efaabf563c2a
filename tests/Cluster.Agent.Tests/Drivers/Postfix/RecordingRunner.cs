using System.Collections.Concurrent;
using Cluster.Agent.Drivers.Processes;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Runs real programs and records their arguments; a test may answer or do something instead of, or before, one of them.</summary>
internal sealed class RecordingRunner : IProcessRunner
{
    private readonly ProcessRunner real = new();

    /// <summary>Every command line, joined by spaces.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Gets each command line first; a result is taken instead of running it.</summary>
    public Func<string, Task<ProcessResult?>> Before { get; set; } = _ => Task.FromResult<ProcessResult?>(null);

    /// <summary>Gets each command line; what it gives is run instead.</summary>
    public Func<string, string[]?> Instead { get; set; } = _ => null;

    /// <inheritdoc/>
    public async Task<ProcessResult> RunAsync(
        string file, IReadOnlyList<string> arguments, string? input, TimeSpan timeout, CancellationToken cancellation)
    {
        var line = string.Join(' ', [file, .. arguments]);
        Lines.Enqueue(line);
        if (Instead(line) is { } other) return await real.RunAsync(other[0], other[1..], input, timeout, cancellation);
        return await Before(line) ?? await real.RunAsync(file, arguments, input, timeout, cancellation);
    }
}
