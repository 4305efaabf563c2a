using System.Net;
using System.Net.Sockets;
using System.Text;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;

namespace Cluster.Agent.Drivers.Postfix.Preflight;

/// <summary>
/// A private Postfix with the candidate configuration: own queue, data and log, the candidate's listeners on free loopback ports,
/// nothing else listening. It has no queue manager, so that not even its own notices can leave. Its directory has a fixed name,
/// so that one left by a killed agent is found and ended.
/// </summary>
internal sealed class ScratchInstance(PostfixCommands commands, string liveDirectory, string root) : IAsyncDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>Where each listener answers.</summary>
    public IReadOnlyDictionary<string, IPEndPoint> EndPoints { get; private set; } = new Dictionary<string, IPEndPoint>();

    /// <summary>
    /// Where each listener that tells clients apart answers once more, with nothing but what is ours, to clients that can be played.
    /// </summary>
    public IReadOnlyDictionary<string, IPEndPoint> Playgrounds { get; private set; } = new Dictionary<string, IPEndPoint>();

    /// <summary>An address that every restriction is asked about: a bare postmaster is let through by Postfix before any of them.</summary>
    public string Recipient { get; private set; } = "postmaster";

    private string Configuration => Path.Combine(root, "etc");

    private string Queue => Path.Combine(root, "spool");

    private string LogFile => Path.Combine(root, "log", "maillog");

    /// <summary>Everything that it logged so far.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    /// <summary>Ends and removes what a killed agent left.</summary>
    public async Task ClearAsync(CancellationToken ct)
    {
        if (!Directory.Exists(root)) return;
        if (PidFile.LiveMaster(Path.Combine(Queue, "pid", "master.pid")) != 0)
        {
            await commands.RunAsync(Configuration, "abort", StopLimit, ct);
            for (var i = 0; i < 100 && PidFile.LiveMaster(Path.Combine(Queue, "pid", "master.pid")) != 0; i++)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
        }

        Directory.Delete(root, recursive: true);
    }

    /// <summary>Writes and starts it.</summary>
    /// <returns>Why it did not start; null when it runs.</returns>
    public async Task<string?> StartAsync(MainCf main, MasterCf master, IReadOnlyList<ListenerPlan> listeners, CancellationToken ct)
    {
        await ClearAsync(ct);
        foreach (var part in new[] { "etc", "spool", "data", "log" }) Directory.CreateDirectory(Path.Combine(root, part));
        foreach (var entry in Directory.EnumerateFileSystemEntries(liveDirectory))
        {
            var name = Path.GetFileName(entry);
            if (name is not ("main.cf" or "master.cf" or "cluster")) File.CreateSymbolicLink(Path.Combine(Configuration, name), entry);
        }

        var live = await commands.ParametersAsync(
            liveDirectory, ["queue_directory", "mail_owner", "setgid_group", "myhostname"], expand: true, ct);
        if (ScratchQueue.TryMake(
            Queue,
            Path.Combine(root, "data"),
            live.GetValueOrDefault("mail_owner") ?? "postfix",
            live.GetValueOrDefault("setgid_group") ?? "postdrop"))
            ScratchQueue.Borrow(live.GetValueOrDefault("queue_directory") ?? "", Queue, master);
        Recipient = $"postmaster@{live.GetValueOrDefault("myhostname") ?? "localhost"}";
        Write("main.cf", WithPlaygrounds(Isolated(main), listeners).ToString());
        Write("master.cf", Relocated(main, master, listeners).ToString());
        var started = await commands.RunAsync(Configuration, "start", StartLimit, ct);
        return started.Succeeded ? null : $"postfix start ended with {started.ExitCode}. {started.Said}".Trim();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await ClearAsync(CancellationToken.None);

    private MainCf Isolated(MainCf main) => main
        .With("queue_directory", Queue)
        .With("data_directory", Path.Combine(root, "data"))
        .With("maillog_file", LogFile)
        .With("maillog_file_prefixes", Path.Combine(root, "log"))
        .With("inet_interfaces", "127.0.0.1")
        .With("inet_protocols", "ipv4")
        .With("notify_classes", "")
        .With("master_service_disable", "")
        .With("multi_instance_enable", "no")
        .With("multi_instance_name", "")
        .With("multi_instance_directories", "")
        .With("multi_instance_wrapper", "");

    private static MainCf WithPlaygrounds(MainCf main, IReadOnlyList<ListenerPlan> listeners) =>
        listeners.Where(l => l.Senders is { Restricts: true }).Aggregate(
            main,
            (current, l) => current.With(PostfixNames.ProbedRestrictions(l.Key), new SenderTables(l.Senders!, l.Key).Root));

    private MasterCf Relocated(MainCf main, MasterCf master, IReadOnlyList<ListenerPlan> listeners)
    {
        var ports = FreePorts(2 * listeners.Count);
        var services = new Dictionary<string, string>(StringComparer.Ordinal);
        var (places, playgrounds) = (new Dictionary<string, IPEndPoint>(StringComparer.Ordinal), new Dictionary<string, IPEndPoint>());
        var again = new StringBuilder();
        for (var i = 0; i < listeners.Count; i++)
        {
            var (place, playground) = (ports[2 * i], ports[(2 * i) + 1]);
            places[listeners[i].Name] = new IPEndPoint(IPAddress.Loopback, place);
            playgrounds[listeners[i].Name] = new IPEndPoint(IPAddress.Loopback, playground);
            if (MasterCfEdit.Find(master, listeners[i].EndPoint) is not { } entry) continue;
            services[entry.Service] = entry.Relocated($"127.0.0.1:{place}");
            if (listeners[i].Senders is null) continue;
            services[entry.Service] = services[entry.Service].TrimEnd('\n') + " -o smtpd_peername_lookup=no\n";
            var options = SenderPreflight.Options(listeners[i], MasterCfEdit.Find(master.WithoutOurs(), listeners[i].EndPoint), main);
            again.Append(entry.Relocated($"127.0.0.1:{playground}").TrimEnd('\n')).Append(options).Append('\n');
        }

        (EndPoints, Playgrounds) = (places, playgrounds);
        var result = master.Rewritten(e => Relocated(e, services)).WithRaw(again.ToString());
        return master.Entries.Any(e => e.Command == "postlogd") ? result : result.WithRaw("postlog unix-dgram n - n - 1 postlogd\n");
    }

    // Services on other ports, and what would move mail, are left out.
    private static string Relocated(MasterEntry entry, Dictionary<string, string> services)
    {
        if (entry.IsInet) return services.GetValueOrDefault(entry.Service, "");
        return entry.Command is "qmgr" or "oqmgr" or "nqmgr" or "pickup" ? "" : entry.Relocated(entry.Service);
    }

    private void Write(string name, string text) =>
        SettledFile.Write(Path.Combine(Configuration, name), LogicalLines.Bytes.GetBytes(text), Readable);

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        var ports = Array.ConvertAll(listeners, l => ((IPEndPoint)l.LocalEndpoint).Port);
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
