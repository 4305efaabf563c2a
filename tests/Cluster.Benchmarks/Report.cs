using System.Globalization;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;

namespace Cluster.Benchmarks;

/// <summary>Collects figures and writes them as one page, with the machine and the commit that they hold for.</summary>
internal sealed class Report
{
    private readonly List<string> rows = [];

    internal void Section(string title, string columns)
    {
        rows.Add($"\n## {title}\n\n| what | {columns} |\n|{string.Concat(Enumerable.Repeat("---|", columns.Split('|').Length + 1))}");
    }

    internal void Row(string what, params string[] values) => rows.Add($"| {what} | {string.Join(" | ", values)} |");

    internal static string Milliseconds(double value) => $"{value.ToString("0.0", CultureInfo.InvariantCulture)} ms";

    internal static string Seconds(double milliseconds) => $"{(milliseconds / 1000).ToString("0.00", CultureInfo.InvariantCulture)} s";

    internal static string Megabytes(double bytes) => $"{(bytes / 1_000_000).ToString("0.0", CultureInfo.InvariantCulture)} MB";

    internal async Task<string> TextAsync() => $"""
        # Figures

        Measured by `tests/Cluster.Benchmarks`, program, Postfix and client on the same machine: {await MachineAsync()}.
        Commit {await GitAsync()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}. To measure again:
        `./tests/run.sh --figures` rewrites this page.
        {string.Join('\n', rows)}
        """;

    private static async Task<string> MachineAsync()
    {
        var model =
            File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
                ?? "unknown processor";
        var memory = File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var kernel = (await Command.RunAsync("/bin/uname", ["-r"])).Output.Trim();
        return $"{Environment.ProcessorCount} × {model}, {long.Parse(memory) / 1_000_000} GB, Linux {kernel}";
    }

    private static async Task<string> GitAsync()
    {
        var result = await Command.RunAsync("/usr/bin/git", ["-C", Builds.Top, "rev-parse", "--short", "HEAD"]);
        return result.ExitCode == 0 ? $"`{result.Output.Trim()}`" : "unknown";
    }
}

/// <summary>Times in milliseconds of repeated runs.</summary>
internal sealed class Samples
{
    private readonly List<double> values = [];

    internal void Add(TimeSpan time) => values.Add(time.TotalMilliseconds);

    internal double Median => At(0.5);

    internal double P99 => At(0.99);

    internal double Max => values.Max();

    private double At(double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }
}
