using System.ComponentModel;
using System.Diagnostics;

namespace Cluster.Agent.Drivers.Processes;

/// <summary>Runs real programs, with a small environment of their own.</summary>
internal sealed class ProcessRunner : IProcessRunner
{
    /// <inheritdoc/>
    public async Task<ProcessResult> RunAsync(
        string file, IReadOnlyList<string> arguments, string? input, TimeSpan timeout, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
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
            return await FinishAsync(process, file, input, limit.Token, ct);
        }
    }

    private static async Task<ProcessResult> FinishAsync(
        Process process, string file, string? input, CancellationToken limit, CancellationToken ct)
    {
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit);
            var error = process.StandardError.ReadToEndAsync(limit);
            await FeedAsync(process, input);
            await process.WaitForExitAsync(limit);
            return new ProcessResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            return new ProcessResult(-1, "", $"{file} did not end in time.", TimedOut: true);
        }
    }

    private static async Task FeedAsync(Process process, string? input)
    {
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
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
