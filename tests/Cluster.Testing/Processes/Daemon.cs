using System.Collections.Concurrent;
using System.Diagnostics;
using Cluster.Testing.Output;

namespace Cluster.Testing.Processes;

/// <summary>A program that runs beside the test; everything it prints is kept. Ended, with what it started, when disposed.</summary>
public sealed class Daemon : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    private Daemon(Process process, string name)
    {
        this.process = process;
        KeptOutput.Keep(this, $"{name} ({process.Id})", () => lines);
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Its process id.</summary>
    public int Pid => process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Its exit code, once it has ended; 128 + N for signal N.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Everything that it printed.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Starts it without a shell.</summary>
    public static Daemon Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new Daemon(Process.Start(start) ?? throw new TestGaveUpException($"{file} did not start."), Path.GetFileName(file));
    }

    /// <summary>Waits until it ends by itself and returns its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience.Exit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TestGaveUpException($"Process {Pid} did not end. It said:\n{Output}");
        }

        return process.ExitCode;
    }

    /// <summary>Ends it as a supervisor does, and waits.</summary>
    public async Task<int> StopAsync()
    {
        if (!process.HasExited)
        {
            Host.Terminate(Pid);
        }

        return await ExitAsync();
    }

    /// <summary>Ends it and everything that it started as a crash does, and waits.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await ExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        KeptOutput.End(this);
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
