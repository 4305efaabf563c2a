using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Postfix.Control;

/// <summary>Says whether this instance runs and makes it read its configuration anew: never a start, never a restart.</summary>
internal sealed class PostfixControl(PostfixCommands commands, PostfixDriverOptions options)
{
    private static readonly string[] QueueParameters = ["queue_directory", "process_id_directory"];
    private static readonly TimeSpan ReloadLimit = TimeSpan.FromSeconds(10);

    // The old tlsmgr goes away at a reload, and a process that is asking it just then sleeps a second; measured, 0.05 s is enough.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);
    private (string Asked, string Path)? pidFile;

    /// <summary>Where systemd says that it runs; a test may have it elsewhere.</summary>
    public string SystemdMarker { get; init; } = "/run/systemd/system";

    /// <summary>Longest time that a reload may take.</summary>
    public TimeSpan Limit { get; init; } = ReloadLimit;

    private SystemdUnits Units => new(commands.RunAsync) { Marker = SystemdMarker };

    /// <summary>Whether its master lives.</summary>
    /// <exception cref="IOException">Nothing shows whether it does: what cannot be told is not taken for stopped.</exception>
    public async Task<bool> IsRunningAsync(CancellationToken ct) =>
        await FindPidFileAsync(ct) is { } file && PidFile.LiveMaster(file) != 0;

    // Asked several times for each change: Postfix is asked again only when main.cf names another queue.
    private async Task<string?> FindPidFileAsync(CancellationToken ct)
    {
        var path = Path.Combine(options.ConfigDirectory, "main.cf");
        if (!File.Exists(path)) return null;
        var main = MainCf.Parse(LogicalLines.Bytes.GetString(HostFile.Read(path)));
        var asked = string.Join('\n', QueueParameters.Select(p => main.Find(p)));
        if (pidFile is { } known && known.Asked == asked) return known.Path;
        var parameters = await commands.ParametersAsync(options.ConfigDirectory, QueueParameters, expand: true, ct);
        if (!parameters.TryGetValue("queue_directory", out var queue))
            throw new IOException(
                $"Postfix did not report its queue_directory, so nothing shows whether it runs. "
                    + $"See what `postconf -c {options.ConfigDirectory} queue_directory` says on the host.");
        var file = Path.Combine(queue, parameters.GetValueOrDefault("process_id_directory") ?? "pid", "master.pid");
        pidFile = (asked, file);
        return file;
    }

    /// <summary>Reloads a running instance; one that is down stays down, which is no failure.</summary>
    /// <exception cref="IOException">Nothing shows whether it runs.</exception>
    public async Task<ApplyFailure?> ReloadAsync(CancellationToken ct)
    {
        if (!await IsRunningAsync(ct)) return null;
        var result = await FindUnitAsync(ct) is { } unit
            ? await Units.ReloadAsync(unit, Limit, ct)
            : await commands.RunAsync(options.ConfigDirectory, "reload", Limit, ct);
        if (result.Succeeded)
        {
            await Task.Delay(Settling, TimeProvider.System, ct);
            return null;
        }

        return result.TimedOut
            ? ApplyFailure.Transient(
                ApplyCodes.ReloadTimeout, ApplyFailure.ReloadCheck, $"The reload did not end within {Limit.TotalSeconds:0} s.")
            : ApplyFailure.Final(ApplyCodes.ReloadFailed, ApplyFailure.ReloadCheck, $"The reload was refused: {Reason(result)}");
    }

    private static string Reason(ProcessResult result) =>
        result.Said.Length > 0 ? result.Said : $"exit code {result.ExitCode}; Postfix says why in its log";

    /// <summary>The unit that runs this instance; null when it is controlled directly.</summary>
    public Task<string?> FindUnitAsync(CancellationToken ct) => Units.FindAsync(options.Control, () => UnitsAsync(ct), ct);

    // Debian runs the default instance as postfix@- and further ones by their name; other systems know only postfix.
    private async Task<string[]> UnitsAsync(CancellationToken ct)
    {
        var directory = Path.TrimEndingDirectorySeparator(options.ConfigDirectory);
        if (directory == "/etc/postfix") return ["postfix@-.service", "postfix.service"];
        var parameters = await commands.ParametersAsync(directory, ["multi_instance_name"], expand: true, ct);
        var name = parameters.GetValueOrDefault("multi_instance_name") is { Length: > 0 } given ? given : Path.GetFileName(directory);
        return [$"postfix@{name}.service"];
    }
}
