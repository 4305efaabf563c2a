using System.Globalization;
using System.Net;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>An entry of master.cf: <c>service type private unprivileged chroot wakeup maxproc command arguments…</c>.</summary>
internal sealed record MasterEntry
{
    private const int CommandField = 7;

    // Of every daemon of Postfix: flags that take no value.
    private const string Flags = "cDlSuvVz";
    private readonly string[] fields;

    private MasterEntry(string raw, string[] fields) => (Raw, this.fields) = (raw, fields);

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

    /// <summary>Words after the command.</summary>
    public IEnumerable<string> Arguments => fields.Skip(CommandField + 1);

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
        var fields = line.Joined.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > CommandField ? new MasterEntry(line.Raw, fields) : null;
    }

    /// <summary>
    /// The value of an option, <c>-o name=value</c> or <c>-o { name = value }</c>; the last one counts; null without one.
    /// </summary>
    public string? Option(string name) => Options().LastOrDefault(o => o.Name == name).Value;

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

    private IEnumerable<(string Name, string Value)> Options()
    {
        var words = Arguments.ToArray();
        for (var i = 0; i < words.Length; i++)
        {
            // getopt(3): flags without a value may stand before it in one word (-vo name=value).
            if (!words[i].StartsWith('-') || words[i].AsSpan(1).TrimStart(Flags) is not ['o', ..]) continue;
            var option = words[i][(words[i].IndexOf('o', StringComparison.Ordinal) + 1)..];
            if (option.Length == 0 && i + 1 < words.Length) option = words[++i];
            if (option.StartsWith('{'))
            {
                while (!option.EndsWith('}') && i + 1 < words.Length) option += " " + words[++i];
                option = option.Trim('{', '}', ' ');
            }

            var equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) yield return (option[..equals].Trim(), option[(equals + 1)..].Trim());
        }
    }

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
