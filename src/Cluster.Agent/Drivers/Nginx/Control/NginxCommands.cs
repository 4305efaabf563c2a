using System.Text.RegularExpressions;
using Cluster.Agent.Drivers.Processes;

namespace Cluster.Agent.Drivers.Nginx.Control;

/// <summary>The program of nginx, with the configuration file always named and no shell.</summary>
internal sealed partial class NginxCommands(IProcessRunner runner)
{
    private static readonly string[] Places = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"];
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(20);

    /// <summary>Where the program is; where Debian has it when it is not installed, so that messages name that.</summary>
    public static string Program => Places.FirstOrDefault(File.Exists) ?? Places[0];

    /// <summary>Lets nginx judge a configuration; nothing is changed.</summary>
    public Task<ProcessResult> TestAsync(string file, CancellationToken ct) => RunAsync(["-t", "-q", "-c", file], Quick, ct);

    /// <summary>Lets a main process read its configuration anew.</summary>
    public Task<ProcessResult> ReloadAsync(string file, TimeSpan limit, CancellationToken ct) =>
        RunAsync(["-s", "reload", "-c", file], limit, ct);

    /// <summary>Starts an instance of the agent's own; it goes to the background as soon as it listens.</summary>
    public Task<ProcessResult> StartOwnAsync(string file, CancellationToken ct) => RunAsync(["-c", file], Quick, ct);

    /// <summary>Ends an instance of the agent's own.</summary>
    public Task<ProcessResult> StopOwnAsync(string file, CancellationToken ct) => RunAsync(["-s", "stop", "-c", file], Quick, ct);

    /// <summary>Runs another program.</summary>
    public Task<ProcessResult> RunAsync(string file, IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken ct) =>
        runner.RunAsync(file, arguments, input: null, timeout, ct);

    /// <summary>Version and compiled-in path of the file with the process id; empty when they cannot be told.</summary>
    public async Task<NginxBuild> BuildAsync(CancellationToken ct)
    {
        var said = (await RunAsync(["-V"], Quick, ct)).Error;
        return new NginxBuild(Version().Match(said).Groups[1].Value, PidPath().Match(said).Groups[1].Value);
    }

    private Task<ProcessResult> RunAsync(IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken ct) =>
        RunAsync(Program, arguments, timeout, ct);

    [GeneratedRegex(@"nginx version: \S+?/([0-9][0-9.]*)")]
    private static partial Regex Version();

    [GeneratedRegex(@"--pid-path=(\S+)")]
    private static partial Regex PidPath();
}

/// <summary>What a build of nginx says of itself.</summary>
/// <param name="Version">For example <c>1.22.1</c>.</param>
/// <param name="PidFile">Where the main process writes its id when the configuration does not say.</param>
internal sealed record NginxBuild(string Version, string PidFile)
{
    private static readonly Version RejectsHandshakes = new(1, 19, 4);

    /// <summary>Whether it has <c>ssl_reject_handshake</c> and <c>ssl_conf_command</c>, which came together.</summary>
    public bool IsRecent => System.Version.TryParse(Version, out var version) && version >= RejectsHandshakes;
}
