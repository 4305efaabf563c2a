using System.Diagnostics;

namespace Cluster.Testing.Processes;

/// <summary>What a command gave back.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The result, if the command succeeded; else an exception that shows what it said.</summary>
    public CommandResult Ok() => ExitCode == 0 ? this : throw new TestGaveUpException($"Exit code {ExitCode}.\n{Output}\n{Error}");

    /// <inheritdoc/>
    public override string ToString() => $"exit code {ExitCode}; {Output}; {Error}";
}

/// <summary>Runs a command to its end.</summary>
public static class Command
{
    /// <summary>Runs it without a shell; kills it after the time-out.</summary>
    public static async Task<CommandResult> RunAsync(
        string file, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new TestGaveUpException($"{file} did not start.");
        using var limit = new CancellationTokenSource(Patience.Exit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await WriteInputAsync(process, input);
            await process.WaitForExitAsync(limit.Token);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TestGaveUpException($"{file} did not end in time.");
        }
    }

    private static async Task WriteInputAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that does not read its input may be gone already; its exit code tells the rest.
        }
    }
}
