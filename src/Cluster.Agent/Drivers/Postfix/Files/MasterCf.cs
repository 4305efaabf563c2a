using Cluster.Agent.Drivers.Postfix.ClientCertificates;
using Cluster.Agent.Drivers.Postfix.Rendering;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>master.cf, edited in place: only option lines of ours are added to entries or taken away.</summary>
internal sealed class MasterCf
{
    /// <summary>Heads an entry that was not there before.</summary>
    public const string Heading = "# The following entry belongs to the Cluster agent.\n";

    private const string Option = "-o ";
    private static readonly (string Parameter, string Ending)[] Plain = [
        ("smtpd_tls_security_level", "level"), ("smtpd_tls_chain_files", "chain")
    ];

    private static readonly (string Parameter, string Ending)[] Verifying =
    [
        .. Plain, ("smtpd_tls_req_ccert", "client_required"), ("smtpd_tls_CAfile", "client_ca"), ("smtpd_tls_CApath", "client_capath"),
        ("tls_append_default_CA", "client_append"),
    ];

    private static readonly (string Parameter, string Ending) ByName = ("tls_server_sni_maps", "sni");

    private readonly IReadOnlyList<LogicalLine> lines;

    private MasterCf(IReadOnlyList<LogicalLine> lines) => this.lines = lines;

    /// <summary>All entries in order.</summary>
    public IEnumerable<MasterEntry> Entries => lines.Select(MasterEntry.TryRead).OfType<MasterEntry>();

    /// <summary>Which entries carry options of ours: service, the options, and whether the entry itself is ours.</summary>
    public HashSet<(string Service, string Options, bool OwnEntry)> Ours
    {
        get
        {
            var result = new HashSet<(string, string, bool)>();
            for (var i = 0; i < lines.Count; i++)
            {
                if (MasterEntry.TryRead(lines[i]) is not { } entry || OptionsIn(lines[i].Raw) is not { Length: > 0 } options) continue;
                result.Add((entry.Service, options, i > 0 && lines[i - 1].Raw == Heading));
            }

            return result;
        }
    }

    public static MasterCf Parse(string text) => new(LogicalLines.Parse(text));

    /// <summary>Adds the options of a listener to the entry with this service and type, after its own.</summary>
    public MasterCf WithListener(MasterEntry entry, ListenerPlan listener) =>
        Map(entry, raw => LogicalLines.Ended(StripOptions(raw)) + OptionsOf(listener));

    /// <summary>Adds an entry of our own for a listener that has none.</summary>
    public MasterCf WithEntry(string service, ListenerPlan listener, string logName)
    {
        var result = lines.ToList();
        if (result.Count > 0) result[^1] = result[^1] with { Raw = LogicalLines.Ended(result[^1].Raw) };
        result.Add(new LogicalLine(Heading, IsEntry: false));
        result.Add(
            new LogicalLine($"{service} inet n - n - - smtpd\n  -o syslog_name=postfix/{logName}\n{OptionsOf(listener)}", IsEntry: true));
        return new MasterCf(result);
    }

    /// <summary>The file as it is without us: options removed, own entries removed.</summary>
    public MasterCf WithoutOurs()
    {
        var result = new List<LogicalLine>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (IsOwnTransport(lines[i])) continue;
            if (IsOwnEntry(i, l => OptionsIn(l.Raw).Length > 0 || IsOwnTransport(l)))
            {
                i++;
                continue;
            }

            result.Add(lines[i].IsEntry ? lines[i] with { Raw = StripOptions(lines[i].Raw) } : lines[i]);
        }

        return new MasterCf(result);
    }

    /// <summary>The file without transports of ours.</summary>
    public MasterCf WithoutTransports() =>
        new([.. lines.Where((line, i) => !IsOwnTransport(line) && !IsOwnEntry(i, IsOwnTransport))]);

    /// <summary>Replaces every entry by what a function makes of it; null leaves it as it is.</summary>
    public MasterCf Rewritten(Func<MasterEntry, string?> rewrite) =>
        new([.. lines.Select(l => MasterEntry.TryRead(l) is { } entry && rewrite(entry) is { } raw ? l with { Raw = raw } : l)]);

    /// <summary>Adds entries at the end.</summary>
    public MasterCf WithRaw(string raw) => Parse(LogicalLines.Ended(ToString()) + raw);

    /// <summary>The text, to be written with <see cref="LogicalLines.Bytes"/>.</summary>
    public override string ToString() => string.Concat(lines.Select(l => l.Raw));

    private bool IsOwnEntry(int heading, Func<LogicalLine, bool> isOurs) =>
        lines[heading].Raw == Heading && heading + 1 < lines.Count && lines[heading + 1].IsEntry && isOurs(lines[heading + 1]);

    private static bool IsOwnTransport(LogicalLine line) => MasterEntry.TryRead(line) is { } entry && TransportEdit.IsOurs(entry);

    private MasterCf Map(MasterEntry entry, Func<string, string> change) =>
        new([.. lines.Select(l => l.IsEntry && l.Raw == entry.Raw ? l with { Raw = change(l.Raw) } : l)]);

    private static string OptionsOf(ListenerPlan listener) =>
        string.Concat(
            (listener.VerifiesClients ? Verifying : Plain).Concat(listener.ByName.Count > 0 ? [ByName] : []).Select(
                o => $"  {Option}{o.Parameter}=${PostfixNames.Prefix}{listener.Key}_{o.Ending}\n"));

    private static string StripOptions(string raw) => string.Concat(LogicalLines.Physical(raw).Where(l => !IsOurs(l)));

    // As they stand: options that were damaged differ from every listener's, and are written anew.
    private static string OptionsIn(string raw) => string.Join('|', LogicalLines.Physical(raw).Select(l => l.Trim()).Where(IsOurs));

    private static bool IsOurs(string line)
    {
        var text = line.Trim();
        return Verifying.Append(ByName)
            .Any(o => text.StartsWith($"{Option}{o.Parameter}=${PostfixNames.Prefix}", StringComparison.Ordinal));
    }
}
