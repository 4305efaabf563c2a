using Cluster.Agent.Drivers.Nginx.Configuration;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Nginx.Control;

/// <summary>Says whether this nginx runs and makes it read its configuration anew: never a start, never a restart.</summary>
internal sealed class NginxControl(NginxCommands commands, NginxDriverOptions options, ConfigReader reader)
{
    private const string Standard = "/etc/nginx/nginx.conf";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private NginxBuild? build;

    /// <summary>Version and paths; asked for once.</summary>
    public async Task<NginxBuild> BuildAsync(CancellationToken ct)
    {
        if (build is not { Version.Length: > 0 }) build = await commands.BuildAsync(ct);
        return build;
    }

    /// <summary>Whether its main process lives.</summary>
    /// <exception cref="IOException">Nothing shows whether it does: what cannot be told is not taken for stopped.</exception>
    public async Task<bool> IsRunningAsync(CancellationToken ct) => WorkerProcesses.MainOf(await PidFileAsync(ct)) != 0;

    /// <summary>What nginx says against the configuration as it stands; null = nothing.</summary>
    /// <exception cref="IOException">It did not answer.</exception>
    public async Task<string?> RefusalAsync(CancellationToken ct)
    {
        var result = await commands.TestAsync(options.MainFile, ct);
        if (result.Succeeded) return null;
        if (result.TimedOut) throw new IOException("nginx did not judge its configuration in time; it is asked again.");
        return result.Said.Length > 0 ? result.Said : $"exit code {result.ExitCode}";
    }

    /// <summary>
    /// Reloads a running instance after nginx has judged its configuration; one that is down stays down, which is no failure.
    /// </summary>
    /// <exception cref="IOException">Nothing shows whether it runs.</exception>
    public async Task<ApplyFailure?> ReloadAsync(CancellationToken ct)
    {
        // An nginx that is down must still be able to start.
        if (await RefusalAsync(ct) is { } refusal)
            return ApplyFailure.Final(
                ApplyCodes.NativeCheckFailed, "native-check", $"nginx refuses its configuration, so it was not reloaded: {refusal}");
        if (!await IsRunningAsync(ct)) return null;
        var workers = WorkerProcesses.Of(await PidFileAsync(ct));
        var units = new SystemdUnits(commands.RunAsync);
        var result = await units.FindAsync(options.Control, UnitsAsync, ct) is { } unit
            ? await units.ReloadAsync(unit, Limit, ct)
            : await commands.ReloadAsync(options.MainFile, Limit, ct);
        if (result.Succeeded)
        {
            await workers.ReplacedAsync(ct);
            return null;
        }

        return result.TimedOut
            ? ApplyFailure.Transient(
                ApplyCodes.ReloadTimeout, ApplyFailure.ReloadCheck, $"The reload did not end within {Limit.TotalSeconds:0} s.")
            : ApplyFailure.Final(ApplyCodes.ReloadFailed, ApplyFailure.ReloadCheck, $"The reload was refused: {result.Said}");
    }

    private async Task<string> PidFileAsync(CancellationToken ct)
    {
        var file = reader.Read().PidFile ?? (await BuildAsync(ct)).PidFile;
        return Path.IsPathFullyQualified(file)
            ? file
            : throw new IOException(
                $"Nothing shows whether nginx runs: {options.MainFile} does not name the file with its process id by a full path. "
                    + "Set 'pid' there, as Debian does.");
    }

    private Task<string[]> UnitsAsync() =>
        Task.FromResult<string[]>(options.MainFile == Standard || options.Control == ServiceControl.Systemd ? ["nginx.service"] : []);
}
