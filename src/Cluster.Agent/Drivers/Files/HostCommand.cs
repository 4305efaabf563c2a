using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Files;

/// <summary>A program that the host's own file names, with its arguments; never a shell.</summary>
internal sealed class HostCommand(IProcessRunner runner, TimeSpan limit)
{
    /// <summary>Stands for the directory of the files in an argument of the check.</summary>
    public const string Directory = "{directory}";

    /// <summary>What is wrong with a command; nothing with one that is absent.</summary>
    public static IEnumerable<FieldError> Check(string pointer, IReadOnlyList<string>? command)
    {
        if (command is null) yield break;
        if (command.Count == 0)
            yield return new FieldError(pointer, FieldErrorCodes.Empty, "name a program, or leave the member out.");
        else if (!Path.IsPathFullyQualified(command[0]))
            yield return new FieldError($"{pointer}/0", FieldErrorCodes.Path, "name the program by its absolute path.");
    }

    /// <summary>Lets software read its files anew.</summary>
    public async Task<ApplyFailure?> ReloadAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        var result = await runner.RunAsync(command[0], [.. command.Skip(1)], null, limit, ct);
        if (result.Succeeded) return null;
        return result.TimedOut
            ? ApplyFailure.Transient(
                ApplyCodes.ReloadTimeout,
                ApplyFailure.ReloadCheck,
                $"The reload command {command[0]} did not end within {limit.TotalSeconds:0} s.")
            : ApplyFailure.Final(
                ApplyCodes.ReloadFailed, ApplyFailure.ReloadCheck, $"The reload command failed: {Reason(command, result)}");
    }

    /// <summary>Lets software look at files that are not live yet.</summary>
    public async Task<ApplyFailure?> CheckAsync(IReadOnlyList<string> command, string directory, CancellationToken ct)
    {
        var arguments = command.Skip(1).Select(a => a.Replace(Directory, directory, StringComparison.Ordinal));
        var result = await runner.RunAsync(command[0], [.. arguments], null, limit, ct);
        if (result.Succeeded) return null;
        var reason = result.TimedOut ? $"{command[0]} did not end within {limit.TotalSeconds:0} s." : Reason(command, result);
        return ApplyFailure.Final(ApplyCodes.NativeCheckFailed, "native-check", $"The check command refused the files: {reason}");
    }

    // The last line is where programs say why they gave up.
    private static string Reason(IReadOnlyList<string> command, ProcessResult result)
    {
        var said = (result.Error.Trim().Length > 0 ? result.Error : result.Output).Trim();
        var last = said.Length == 0 ? "it said nothing" : said.Split('\n')[^1].Trim();
        return $"{command[0]} ended with exit code {result.ExitCode}: {last}";
    }
}
