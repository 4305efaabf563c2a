using Cluster.Testing.Processes;

namespace Cluster.Testing.Dns;

/// <summary>A real authoritative name server (nsd) on a port of loopback, for one zone. Ended and removed when disposed.</summary>
public sealed class NameServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nsd";
    private readonly TestDirectory directory = new("dns");
    private readonly string zone;
    private Daemon? daemon;

    private NameServer(string zone) => this.zone = zone;

    /// <summary>Why there is none here; empty = there is.</summary>
    public static string WhyNone => File.Exists(Program) ? string.Empty : "nsd is not installed; ./tests/run.sh installs it.";

    /// <summary>Its UDP and TCP port.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>ADDRESS:PORT.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Starts one that answers for a zone with these records, each as in a zone file.</summary>
    public static async Task<NameServer> StartAsync(string zone, params string[] records)
    {
        var server = new NameServer(zone);
        server.Write(records);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Answers with other records from now on.</summary>
    public async Task ChangeAsync(params string[] records)
    {
        await StopAsync();
        Write(records);
        await StartAgainAsync();
    }

    /// <summary>Ends it: nobody answers any more.</summary>
    public async Task StopAsync()
    {
        if (daemon is not null) await daemon.DisposeAsync();
        daemon = null;
    }

    /// <summary>Starts it after a stop.</summary>
    public async Task StartAgainAsync()
    {
        daemon = Daemon.Start(Program, ["-d", "-c", directory["nsd.conf"]]);
        await Eventually.Is(
            () => Task.FromResult(daemon.Output.Contains("nsd started", StringComparison.Ordinal) || daemon.HasExited), "nsd has started");
        if (daemon.HasExited) throw new TestGaveUpException($"nsd ended: {daemon.Output}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        directory.Dispose();
    }

    private void Write(string[] records)
    {
        File.WriteAllText(
            directory["zone"],
            $"$ORIGIN {zone}.\n$TTL 60\n@ SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n{string.Join('\n', records)}\n");
        File.WriteAllText(directory["nsd.conf"], $"""
            server:
              ip-address: 127.0.0.1@{Port}
              username: ""
              chroot: ""
              database: ""
              pidfile: ""
              zonelistfile: "{directory["zone.list"]}"
              xfrdfile: "{directory["xfrd.state"]}"
              xfrdir: "{directory.Path}"
              zonesdir: "{directory.Path}"
              server-count: 1
              verbosity: 2
              hide-version: yes
            remote-control:
              control-enable: no
            zone:
              name: "{zone}"
              zonefile: "zone"

            """);
    }
}
