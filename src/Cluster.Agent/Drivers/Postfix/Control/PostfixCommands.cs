using System.Text.RegularExpressions;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Postfix.Control;

/// <summary>The programs of Postfix, with the configuration directory always named and no shell.</summary>
internal sealed partial class PostfixCommands(IProcessRunner runner)
{
    /// <summary>Controls instances.</summary>
    public const string Postfix = "/usr/sbin/postfix";

    /// <summary>Reads parameters.</summary>
    public const string Postconf = "/usr/sbin/postconf";

    /// <summary>Asks maps.</summary>
    public const string Postmap = "/usr/sbin/postmap";

    private static readonly string[] Telling = ["fatal: ", "error: ", "panic: "];
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(20);
    private static readonly Dictionary<string, string> NoOptions = [];
    private static readonly ProcessLimits Listing = new(Quick, ProcessLimits.OutputOfTables);

    /// <summary>Runs <c>postfix -c DIR VERB</c>.</summary>
    public Task<ProcessResult> RunAsync(string directory, string verb, TimeSpan timeout, CancellationToken ct) =>
        runner.RunAsync(Postfix, ["-c", directory, verb], input: null, timeout, ct);

    /// <summary>Runs another program.</summary>
    public Task<ProcessResult> RunAsync(string file, IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken ct) =>
        runner.RunAsync(file, arguments, input: null, timeout, ct);

    /// <summary>Values of parameters as Postfix has them; expanded when asked. Unknown ones are missing.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ParametersAsync(
        string directory, IReadOnlyList<string> names, bool expand, CancellationToken ct)
    {
        string[] options = expand ? ["-c", directory, "-x"] : ["-c", directory];
        var result = await runner.RunAsync(Postconf, [.. options, .. names], input: null, Quick, ct);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in result.Output.Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) values[line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }

        return values;
    }

    /// <summary>What Postfix says of its version (<c>mail_version</c>), as far as it can be compared.</summary>
    public async Task<PostfixVersion> VersionAsync(string directory, CancellationToken ct)
    {
        const string Name = "mail_version";
        return PostfixVersion.Parse((await ParametersAsync(directory, [Name], expand: false, ct)).GetValueOrDefault(Name));
    }

    /// <summary>
    /// The options (<c>-o</c>) of master.cf as the daemons have them, expanded: by <c>service/type</c>, then by parameter. Where an entry
    /// writes them in a form that postconf reads otherwise than its daemon does, the daemon counts.
    /// </summary>
    /// <exception cref="IOException">Postfix did not tell them, or master.cf cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> OptionsAsync(
        string directory, CancellationToken ct)
    {
        var result = await runner.RunAsync(Postconf, ["-c", directory, "-Px"], input: null, Quick, ct);
        if (!result.Succeeded)
            throw new IOException(
                $"Postfix did not report the options of master.cf: {result.Said}. "
                    + $"See what `postconf -c {directory} -Px` says on the host.");
        var options = result.Output.Split('\n')
            .Select(l => OptionLine().Match(l))
            .Where(m => m.Success)
            .GroupBy(m => m.Groups["service"].Value, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => (IReadOnlyDictionary<string, string>)g.GroupBy(m => m.Groups["name"].Value, StringComparer.Ordinal)
                    .ToDictionary(o => o.Key, o => o.Last().Groups["value"].Value.Trim(), StringComparer.Ordinal),
                StringComparer.Ordinal);
        var master = MasterCf.Parse(LogicalLines.Bytes.GetString(HostFile.Read(Path.Combine(directory, "master.cf"))));
        foreach (var entry in master.Entries.Where(e => !e.Arguments.IsPlain && e.Arguments.Options.Count > 0))
        {
            var key = $"{entry.Service}/{entry.Type}";
            var all = new Dictionary<string, string>(options.GetValueOrDefault(key) ?? NoOptions, StringComparer.Ordinal);
            foreach (var (name, value) in await ExpandedAsync(directory, entry.Arguments.Options, ct)) all[name] = value;
            options[key] = all;
        }

        return options;
    }

    // What refers to another parameter is expanded as in the daemon, where the other options of the entry count as well.
    private async Task<IReadOnlyDictionary<string, string>> ExpandedAsync(
        string directory, IReadOnlyList<(string Name, string Value)> options, CancellationToken ct)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in options) values[name] = value;
        string[] referring = [.. values.Where(v => v.Value.Contains('$', StringComparison.Ordinal)).Select(v => v.Key)];
        if (referring.Length == 0) return values;
        var given = values.SelectMany(v => new[] { "-o", $"{v.Key}={v.Value}" });
        foreach (var (name, value) in await ParametersAsync(directory, [.. given, .. referring], expand: true, ct)) values[name] = value;
        return values;
    }

    [GeneratedRegex(@"^(?<service>\S+/\w[\w-]*)/(?<name>\w+) =(?<value>.*)$")]
    private static partial Regex OptionLine();

    /// <summary>
    /// Asks a map for keys; those that it lacks are missing. A map that cannot be asked is a transient failure: it would look
    /// like one that lacks them all.
    /// </summary>
    public async Task<Attempt<IReadOnlyDictionary<string, string>>> QueryAsync(
        string directory, string table, IEnumerable<string> keys, CancellationToken ct)
    {
        var input = string.Concat(keys.Select(k => k + "\n"));
        var result = await runner.RunAsync(Postmap, ["-c", directory, "-q", "-", table], input, Quick, ct);

        // Exit code 1 is also that of keys that are not there; a warning alone stops nothing.
        var failed = result.ExitCode is not (0 or 1) || Telling.Any(t => result.Error.Contains(t, StringComparison.Ordinal));
        return failed
            ? ApplyFailure.Transient(ApplyCodes.LookupFailed, "validation", $"Postfix cannot look up in {table}: {result.Said}")
            : Pairs(result.Output);
    }

    /// <summary>Lists a map; null when it is of a kind that cannot be listed, or larger than what is taken of one.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> ListAsync(string directory, string table, CancellationToken ct)
    {
        var result = await runner.RunAsync(Postmap, ["-c", directory, "-s", table], input: null, Listing, ct);
        return result.Succeeded ? Pairs(result.Output) : null;
    }

    private static Dictionary<string, string> Pairs(string output)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab > 0) pairs[line[..tab].Trim()] = line[(tab + 1)..].Trim();
        }

        return pairs;
    }
}
