using Cluster.Agent.Drivers.Postfix.ClientCertificates;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>master.cf, edited in place: only option lines of ours are added to entries or taken away.</summary>
internal sealed class MasterCf
{
    /// <summary>Heads an entry that was not there before.</summary>
    public const string Heading = "# The following entry belongs to the Cluster agent.\n";

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
    public MasterCf WithListener(MasterEntry entry, ListenerPlan listener, SenderPlacement? placement) =>
        Map(entry, raw => LogicalLines.Ended(StripOptions(raw)) + ListenerOptions.Lines(listener, placement));

    /// <summary>Adds an entry of our own for a listener that has none.</summary>
    public MasterCf WithEntry(string service, ListenerPlan listener, SenderPlacement? placement, string logName)
    {
        var result = lines.ToList();
        if (result.Count > 0) result[^1] = result[^1] with { Raw = LogicalLines.Ended(result[^1].Raw) };
        result.Add(new LogicalLine(Heading, IsEntry: false));
        result.Add(
            new LogicalLine(
                $"{service} inet n - n - - smtpd\n  -o syslog_name=postfix/{logName}\n{ListenerOptions.Lines(listener, placement)}",
                IsEntry: true));
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

    private static string StripOptions(string raw) => string.Concat(LogicalLines.Physical(raw).Where(l => !ListenerOptions.IsOurs(l)));

    // As they stand: options that were damaged differ from every listener's, and are written anew.
    private static string OptionsIn(string raw) =>
        string.Join('|', LogicalLines.Physical(raw).Select(l => l.Trim()).Where(ListenerOptions.IsOurs));
}
