using System.ComponentModel;
using System.Diagnostics;

namespace Cluster.Agent.Drivers.Processes;

/// <summary>Runs real programs, with a small environment of their own.</summary>
internal sealed class ProcessRunner : IProcessRunner
{
    // A child that it left running may hold its output open; what it wrote itself is there by then.
    private static readonly TimeSpan AfterExit = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task<ProcessResult> RunAsync(
        string file, IReadOnlyList<string> arguments, string? input, TimeSpan timeout, CancellationToken ct) =>
        RunAsync(file, arguments, input, new ProcessLimits(timeout), ct);

    /// <inheritdoc/>
    public async Task<ProcessResult> RunAsync(
        string file, IReadOnlyList<string> arguments, string? input, ProcessLimits limits, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(limits.Time);
        Process process;
        try
        {
            process = Process.Start(Describe(file, arguments)) ?? throw new Win32Exception("no process");
        }
        catch (Win32Exception e)
        {
            return new ProcessResult(-1, "", $"{file} could not be started: {e.Message}");
        }

        using (process)
        {
            return await FinishAsync(process, file, input, limits, limit, ct);
        }
    }

    private static async Task<ProcessResult> FinishAsync(
        Process process, string file, string? input, ProcessLimits limits, CancellationTokenSource limit, CancellationToken ct)
    {
        var output = new ProcessOutput(limits.Output, limit.Cancel);
        var error = new ProcessOutput(limits.Output, limit.Cancel);
        var reading = Task.WhenAll(
            output.ReadAsync(process.StandardOutput, limit.Token), error.ReadAsync(process.StandardError, limit.Token));
        _ = FeedAsync(process, input, limit.Token);
        try
        {
            // It may end without having read its input: the end counts, not that everything was written.
            await process.WaitForExitAsync(limit.Token);
            await Task.WhenAny(reading, Task.Delay(AfterExit, TimeProvider.System, limit.Token));
            limit.Token.ThrowIfCancellationRequested();
            return new ProcessResult(process.ExitCode, output.Take(), error.Take());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            return output.IsTooLong || error.IsTooLong
                ? new ProcessResult(-1, "", $"{file} wrote more than {limits.Output / 1024 / 1024} MiB and was stopped.")
                : new ProcessResult(-1, "", $"{file} did not end in time.", TimedOut: true);
        }
        finally
        {
            output.Take();
            error.Take();
        }
    }

    private static async Task FeedAsync(Process process, string? input, CancellationToken limit)
    {
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), limit);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A program that does not read its input may be gone already; its exit code tells the rest.
        }
    }

    private static ProcessStartInfo Describe(string file, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };

        // Variables of the agent's own (MAIL_CONFIG, locale) must not lead the software elsewhere.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        return start;
    }
}
