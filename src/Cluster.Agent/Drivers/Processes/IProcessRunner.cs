namespace Cluster.Agent.Drivers.Processes;

/// <summary>Runs the programs of the software that a driver manages; never a shell. Tests record what is run.</summary>
internal interface IProcessRunner
{
    /// <summary>Runs a program to its end; after the time-out it is killed and the result says so.</summary>
    /// <param name="file">Absolute path of the program.</param>
    /// <param name="arguments">Its arguments, each passed as it is.</param>
    /// <param name="input">What it reads from standard input; null = nothing.</param>
    /// <param name="timeout">After this time it is killed.</param>
    /// <param name="ct">Kills it too.</param>
    Task<ProcessResult> RunAsync(string file, IReadOnlyList<string> arguments, string? input, TimeSpan timeout, CancellationToken ct);

    /// <summary>The same of a program that may write more than others do, as one that lists a table.</summary>
    /// <param name="file">Absolute path of the program.</param>
    /// <param name="arguments">Its arguments, each passed as it is.</param>
    /// <param name="input">What it reads from standard input; null = nothing.</param>
    /// <param name="limits">Beyond these it is killed, and the result says so.</param>
    /// <param name="ct">Kills it too.</param>
    Task<ProcessResult> RunAsync(
        string file, IReadOnlyList<string> arguments, string? input, ProcessLimits limits, CancellationToken ct) =>
        RunAsync(file, arguments, input, limits.Time, ct);
}

/// <summary>What came of a program.</summary>
/// <param name="ExitCode">Its exit code; -1 when it was killed or could not be started.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, or why it could not be started.</param>
/// <param name="TimedOut">Whether it was killed because it took too long.</param>
internal sealed record ProcessResult(int ExitCode, string Output, string Error, bool TimedOut = false)
{
    /// <summary>Whether it ended with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>What it said, on one line, for people.</summary>
    public string Said => (Error.Length > 0 ? Error : Output).Trim().ReplaceLineEndings(" / ");
}
