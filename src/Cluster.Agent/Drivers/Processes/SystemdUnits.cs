namespace Cluster.Agent.Drivers.Processes;

/// <summary>Finds the unit of systemd that runs a service, where the host's own file lets it be reloaded through systemd.</summary>
/// <param name="run">Runs a program with its arguments, for a time at most.</param>
internal sealed class SystemdUnits(Func<string, IReadOnlyList<string>, TimeSpan, CancellationToken, Task<ProcessResult>> run)
{
    private const string Systemctl = "/usr/bin/systemctl";
    private static readonly TimeSpan QueryLimit = TimeSpan.FromSeconds(5);

    /// <summary>Where systemd says that it runs; a test may have it elsewhere.</summary>
    public string Marker { get; init; } = "/run/systemd/system";

    /// <summary>The unit that runs the service; null when it is controlled directly.</summary>
    /// <param name="control">What the host's own file says; null = <see cref="ServiceControl.Auto"/>.</param>
    /// <param name="candidates">Names of units that may be it, asked for only when systemd comes into question; the likeliest
    /// first.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<string?> FindAsync(ServiceControl? control, Func<Task<string[]>> candidates, CancellationToken ct)
    {
        if (control == ServiceControl.Direct) return null;
        if (control != ServiceControl.Systemd && !Directory.Exists(Marker)) return null;
        var units = await candidates();
        foreach (var unit in units)
        {
            if ((await run(Systemctl, ["is-active", "--quiet", unit], QueryLimit, ct)).Succeeded) return unit;
        }

        return control == ServiceControl.Systemd ? units.FirstOrDefault() : null;
    }

    /// <summary>Lets systemd reload a unit.</summary>
    public Task<ProcessResult> ReloadAsync(string unit, TimeSpan limit, CancellationToken ct) =>
        run(Systemctl, ["reload", unit], limit, ct);
}
