using System.Globalization;
using System.Text;
using Cluster.Agent.Drivers.Generations;

namespace Cluster.Agent.Drivers.Nginx.Control;

/// <summary>
/// The processes that answered clients at one moment. A reload returns before others have taken their place, and nginx says nothing when it
/// keeps them: a process that was told to go shows that in its title, and takes no connection any more.
/// </summary>
internal sealed class WorkerProcesses
{
    private const string Leaving = "shutting down";

    // Of the file with the process id, and of what the kernel says of a process.
    private const int Longest = 1024 * 1024;

    private static readonly TimeSpan LongestReload = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly IReadOnlyList<int> processes;

    private WorkerProcesses(IReadOnlyList<int> processes) => this.processes = processes;

    /// <summary>Those of the main process that a file names.</summary>
    public static WorkerProcesses Of(string pidFile)
    {
        var main = MainOf(pidFile);
        return new WorkerProcesses(main == 0 ? [] : [.. Numbers(Read($"/proc/{main}/task/{main}/children")).Where(IsAtWork)]);
    }

    /// <summary>The main process that a file names, if it lives and is an nginx; else 0.</summary>
    public static int MainOf(string pidFile)
    {
        var pid = Numbers(Read(pidFile)).FirstOrDefault();
        var status = pid == 0 ? "" : Read($"/proc/{pid}/stat");
        var end = status.LastIndexOf(')');
        if (end < 0) return 0;
        return status[(status.IndexOf('(', StringComparison.Ordinal) + 1)..end] == "nginx" && status[end + 2] != 'Z' ? pid : 0;
    }

    /// <summary>
    /// Waits until none of them takes connections, or for as long as a reload may take; a proof then sees what came of it.
    /// </summary>
    public async Task ReplacedAsync(CancellationToken ct)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (processes.Any(IsAtWork) && TimeProvider.System.GetElapsedTime(begun) < LongestReload)
            await Task.Delay(Pause, TimeProvider.System, ct);
    }

    private static bool IsAtWork(int process) =>
        Read($"/proc/{process}/cmdline") is { Length: > 0 } title && !title.Contains(Leaving, StringComparison.Ordinal);

    private static IEnumerable<int> Numbers(string text) =>
        text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(n => n > 0);

    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(HostFile.Read(path, Longest));
        }
        catch (IOException) when (!File.Exists(path))
        {
            return "";
        }
    }
}
