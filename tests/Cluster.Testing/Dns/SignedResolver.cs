using System.Net;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Dns;

/// <summary>
/// A real resolver (unbound) on port 53 of an own address of loopback, over a signed root of the tests' own: names in it are signed, but
/// those below <c>plain.</c>. Ended and removed when disposed.
/// </summary>
public sealed class SignedResolver : IAsyncDisposable
{
    private const string Program = "/usr/sbin/unbound";
    private const string Signer = "/usr/bin/dnssec-signzone";
    private const string KeyMaker = "/usr/bin/dnssec-keygen";
    private readonly TestDirectory directory = new("dnssec");
    private Daemon? daemon;

    private SignedResolver()
    {
    }

    /// <summary>Why there is none here; empty = there is.</summary>
    public static string WhyNone => new[] { Program, Signer, KeyMaker }.All(File.Exists) && Host.IsRoot
        ? ""
        : "unbound, dnssec-signzone or root is missing; ./tests/run.sh installs unbound and bind9-utils.";

    /// <summary>Its address.</summary>
    public IPAddress Address { get; } = new([127, (byte)Random.Shared.Next(1, 255), (byte)Random.Shared.Next(1, 255), 53]);

    /// <summary>What resolv.conf(5) says of it.</summary>
    public string ResolverFile => $"nameserver {Address}\n";

    /// <summary>Starts one.</summary>
    /// <param name="signed">Records of the signed root, with whole names.</param>
    /// <param name="unsigned">Records below <c>plain.</c>, with whole names.</param>
    public static async Task<SignedResolver> StartAsync(IEnumerable<string> signed, IEnumerable<string> unsigned)
    {
        var resolver = new SignedResolver();
        await resolver.SignAsync(signed);
        File.WriteAllText(
            resolver.directory["plain"], Zone("plain.", [.. unsigned, "plain. NS ns.plain.", "ns.plain. A 127.0.0.1"]));
        await resolver.StartAgainAsync(validates: true);
        return resolver;
    }

    /// <summary>Starts it after a stop.</summary>
    /// <param name="validates">Whether it looks at signatures; else it hands everything on as it is.</param>
    public async Task StartAgainAsync(bool validates)
    {
        File.WriteAllText(directory["unbound.conf"], $"""
            server:
              interface: {Address}
              port: 53
              do-daemonize: no
              use-syslog: no
              logfile: ""
              verbosity: 1
              username: ""
              chroot: ""
              pidfile: ""
              num-threads: 1
              directory: "{directory.Path}"
              access-control: 127.0.0.0/8 allow
              do-not-query-localhost: no
              module-config: "{(validates ? "validator iterator" : "iterator")}"
              trust-anchor-file: "{directory["anchor"]}"
              local-zone: "test." nodefault
            remote-control:
              control-enable: no
            auth-zone:
              name: "."
              zonefile: "{directory["root.signed"]}"
              for-downstream: no
              for-upstream: yes
            auth-zone:
              name: "plain."
              zonefile: "{directory["plain"]}"
              for-downstream: no
              for-upstream: yes

            """);
        daemon = Daemon.Start(Program, ["-d", "-c", directory["unbound.conf"]]);
        await Eventually.Is(
            () => Task.FromResult(daemon.Output.Contains("start of service", StringComparison.Ordinal) || daemon.HasExited),
            "unbound has started");
        if (daemon.HasExited) throw new TestGaveUpException($"unbound ended: {daemon.Output}");
    }

    /// <summary>Ends it: nobody answers any more.</summary>
    public async Task StopAsync()
    {
        if (daemon is not null) await daemon.DisposeAsync();
        daemon = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        directory.Dispose();
    }

    private async Task SignAsync(IEnumerable<string> records)
    {
        File.WriteAllText(
            directory["root"],
            Zone(
                ".",
                [
                    .. records, ". NS ns.test.", "ns.test. A 127.0.0.1", "plain. NS ns.plain.", "ns.plain. A 127.0.0.1",
                ]));
        string[] make = ["-K", directory.Path, "-a", "ECDSAP256SHA256", "-f", "KSK", "."];
        var key = (await Command.RunAsync(KeyMaker, make)).Ok().Output.Trim();
        File.Copy(directory[$"{key}.key"], directory["anchor"]);
        string[] files = ["-K", directory.Path, "-d", directory.Path, "-f", directory["root.signed"], directory["root"]];
        string[] sign = ["-S", "-z", "-o", ".", .. files];
        (await Command.RunAsync(Signer, sign)).Ok();
    }

    private static string Zone(string origin, IEnumerable<string> records) =>
        $"$ORIGIN {origin}\n$TTL 60\n{origin} SOA ns.test. host.test. 1 3600 600 86400 60\n{string.Join('\n', records)}\n";
}
