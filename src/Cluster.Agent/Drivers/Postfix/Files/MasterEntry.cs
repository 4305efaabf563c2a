using System.Globalization;
using System.Net;
using Cluster.Agent.Drivers.Postfix.Routes;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>An entry of master.cf: <c>service type private unprivileged chroot wakeup maxproc command arguments…</c>.</summary>
internal sealed record MasterEntry
{
    private const int CommandField = 7;

    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];
    private readonly string[] fields;

    private MasterEntry(string raw, string[] fields)
    {
        (Raw, this.fields) = (raw, fields);
        Arguments = MasterArguments.Read(fields.Skip(CommandField + 1));
    }

    /// <summary>The entry with all of its lines.</summary>
    public string Raw { get; }

    /// <summary>Service name: <c>smtp</c>, <c>127.0.0.1:2525</c>, a socket name.</summary>
    public string Service => fields[0];

    /// <summary>inet, unix, fifo, pass or unix-dgram.</summary>
    public string Type => fields[1];

    /// <summary>Whether it is locked into the queue's directory: y, n or <c>-</c> = as compatibility_level says.</summary>
    public string Chroot => fields[4];

    /// <summary>Program that answers.</summary>
    public string Command => fields[CommandField];

    /// <summary>Most processes at once; <c>-</c> = default_process_limit, 0 = no limit.</summary>
    public string MaximumProcesses => fields[6];

    /// <summary>What the command is given.</summary>
    public MasterArguments Arguments { get; }

    /// <summary>Whether the entry listens on TCP.</summary>
    public bool IsInet => Type == "inet";

    /// <summary>Port of an inet entry; null when it has none that can be told without a name service.</summary>
    public int? Port => IsInet ? PortOf(Service[(Service.LastIndexOf(':') + 1)..]) : null;

    /// <summary>Host of an inet entry as written, without brackets; empty = all of inet_interfaces.</summary>
    public string Host => IsInet && Service.LastIndexOf(':') is > 0 and var at ? Service[..at].Trim('[', ']') : "";

    /// <summary>Reads an entry; null for what is none.</summary>
    public static MasterEntry? TryRead(LogicalLine line)
    {
        if (!line.IsEntry) return null;
        var fields = Words.Of(line.Joined, Blanks);
        return fields.Count > CommandField ? new MasterEntry(line.Raw, [.. fields]) : null;
    }

    /// <summary>The value of an option as the command has it; the last one counts; null without one.</summary>
    public string? Option(string name) => Arguments.Options.LastOrDefault(o => o.Name == name).Value;

    /// <summary>What is said of a word behind which no option is seen, without a full stop; null = there is none.</summary>
    public string? Unclear => Arguments.Unclear is not { } word
        ? null
        : $"the entry {Service} of master.cf has \"{word}\", which is no option of {Command}, so nothing shows which options count there";

    /// <summary>
    /// Whether a parameter is on for this entry, by its option or else by main.cf, in any spelling that postconf(5) allows.
    /// </summary>
    /// <returns>Null when it refers to other parameters, so that the files alone do not tell.</returns>
    public bool? IsOn(string name, MainCf main)
    {
        var value = Option(name) ?? main.Find(name) ?? "";
        return value.Contains('$', StringComparison.Ordinal) ? null : value.Equals("yes", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether connections to an address arrive here.</summary>
    public bool ListensOn(IPAddress address) => Host switch
    {
        "" => true,
        "localhost" => IPAddress.IsLoopback(address),
        var host =>
            IPAddress.TryParse(host, out var own) && (own.Equals(address) || own.Equals(IPAddress.Any) || own.Equals(IPAddress.IPv6Any)),
    };

    /// <summary>The entry with another service name and without chroot, for a scratch instance.</summary>
    public string Relocated(string service) =>
        string.Join(' ', [service, .. fields[1..4], "n", .. fields[5..]]) + "\n";

    // The names that /etc/services gives to mail ports; a name service is not asked.
    private static int? PortOf(string text) => text switch
    {
        "smtp" => 25,
        "smtps" or "submissions" or "ssmtp" or "urd" => 465,
        "submission" => 587,
        "qmtp" => 209,
        _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null,
    };
}
