using System.Net;
using System.Text.RegularExpressions;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Network;

/// <summary>
/// DNS of a <see cref="TestNetwork"/>: an authoritative server (nsd) with a signed root, the zones of the test and the names of
/// addresses; a resolver (unbound) that validates from that root down, and one that does not validate. Ended when disposed.
/// </summary>
public sealed class SignedDns : IAsyncDisposable
{
    private const string Nsd = "/usr/sbin/nsd";
    private const string Signer = "/usr/bin/dnssec-signzone";
    private const string Unbound = "/usr/sbin/unbound";
    private const string ReverseZone = "10.in-addr.arpa";
    private readonly TestDirectory directory = new("signed-dns");
    private readonly TestNetwork network;
    private readonly NetworkHost host;
    private readonly List<Daemon> daemons = [];

    private SignedDns(TestNetwork network, NetworkHost host)
    {
        this.network = network;
        this.host = host;
    }

    /// <summary>Why there is none here; empty = there is.</summary>
    public static string WhyNone => (File.Exists(Nsd), File.Exists(Signer), File.Exists(Unbound)) switch
    {
        (false, _, _) => "needs the package nsd",
        (_, false, _) => "needs the package bind9-utils, which signs zones",
        (_, _, false) => "needs the package unbound",
        _ => "",
    };

    /// <summary>Starts it with the hosts that the network has by now.</summary>
    public static async Task<SignedDns> StartAsync(TestNetwork network, params DnsZone[] zones)
    {
        var dns = new SignedDns(network, await network.AddNameServersAsync());
        await dns.ServeAsync(zones);
        return dns;
    }

    /// <summary>Answers with other zones, and with the hosts that the network has by now; nothing older is remembered.</summary>
    public async Task ChangeAsync(params DnsZone[] zones)
    {
        await StopAsync();
        await ServeAsync(zones);
    }

    /// <summary>Ends it: nobody answers any more.</summary>
    public async Task StopAsync()
    {
        foreach (var daemon in daemons) await daemon.DisposeAsync();
        daemons.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        directory.Dispose();
    }

    private async Task ServeAsync(DnsZone[] zones)
    {
        var reverse = new DnsZone(ReverseZone, [.. network.Hosts.Where(h => h.PointsTo is not null).Select(Pointer)]) { Signed = false };
        DnsZone[] all = [.. zones.Append(reverse).OrderByDescending(z => z.Name.Length), new("")];
        var delegations = all.ToDictionary(z => z.Name, _ => new List<string>());
        foreach (var zone in all)
        {
            var parent = all.FirstOrDefault(z => z.Name.Length < zone.Name.Length && z.Holds(zone.Name));
            var hosts = from h in network.Hosts
                        from name in h.DnsNames
                        where all.First(z => z.Holds(name)) == zone
                        select $"{name}. A {h.Address}";
            var signature = await WriteAsync(zone, [.. hosts, .. delegations[zone.Name]]);
            if (parent is not null) delegations[parent.Name].AddRange([.. Delegation(zone), signature]);
        }

        File.WriteAllText(directory["nsd.conf"], NameServerFiles.Nsd(directory.Path, all));
        daemons.Add(host.Start(Nsd, ["-d", "-c", directory["nsd.conf"]]));
        // A resolver that asked too early would leave it alone for minutes.
        await AnswersAsync(TestNetwork.NameServer, zones[0].Name, a => a.Records == 1);
        foreach (var (address, validates) in new[] { (TestNetwork.Resolver, true), (TestNetwork.PlainResolver, false) })
        {
            var file = directory[$"unbound-{address}.conf"];
            File.WriteAllText(file, NameServerFiles.Unbound(directory.Path, address, validates));
            daemons.Add(host.Start(Unbound, ["-d", "-c", file]));
        }

        foreach (var (resolver, validates) in new[] { (TestNetwork.Resolver, true), (TestNetwork.PlainResolver, false) })
        {
            await AnswersAsync(resolver, zones[0].Name, a => a.Records == 1 && a.Authenticated == (validates && zones[0].Signed));
        }
    }

    private Task AnswersAsync(IPAddress server, string zone, Func<DnsAnswer, bool> satisfies) => Eventually.Has(
        () => DnsQuestion.AskAsync(host, server, zone, DnsQuestion.Soa), satisfies, $"{server} answers for {zone}");

    private static string Pointer(NetworkHost host)
    {
        var bytes = host.Address.GetAddressBytes();
        return $"{bytes[3]}.{bytes[2]}.{bytes[1]} PTR {host.PointsTo}.";
    }

    // NAME TTL IN RRSIG TYPE … SIGNATURE, each record on one line.
    private static bool IsSignatureOf(string type, string record) => Regex.IsMatch(record, $@"\sIN\s+RRSIG\s+{type}\s");

    private static string Spoiled(string record)
    {
        var start = record.LastIndexOf(' ') + 1;
        return $"{record[..start]}{(record[start] == 'A' ? 'B' : 'A')}{record[(start + 1)..]}";
    }

    private static string[] Delegation(DnsZone zone) =>
        [$"{zone.Origin} NS ns.{zone.Origin}", $"ns.{zone.Origin} A {TestNetwork.NameServer}"];

    // Returns the DS records for the parent.
    private async Task<string> WriteAsync(DnsZone zone, IReadOnlyList<string> more)
    {
        var (file, ns) = (directory[zone.FileName], zone.Name.Length == 0 ? "ns." : $"ns.{zone.Origin}");
        File.WriteAllLines(file, [
            $"$ORIGIN {zone.Origin}", "$TTL 60",
            $"@ SOA {ns} host.{ns} 1 3600 600 86400 60", $"@ NS {ns}", $"{ns} A {TestNetwork.NameServer}",
            .. zone.Records, .. more]);
        if (!zone.Signed) return "";

        var keys = directory.Make("keys-" + zone.FileName);
        if (!Directory.EnumerateFiles(keys).Any())
        {
            var made = await Command.RunAsync(
                "/usr/bin/dnssec-keygen", ["-q", "-K", keys, "-a", "ECDSAP256SHA256", "-f", "KSK", "-n", "ZONE", zone.Origin]);
            if (zone.Name.Length == 0) File.Copy(Path.Combine(keys, made.Ok().Output.Trim() + ".key"), directory[NameServerFiles.Anchor]);
        }

        (await Command.RunAsync(
            Signer, ["-q", "-S", "-z", "-O", "full", "-K", keys, "-d", keys, "-o", zone.Origin, "-f", file + ".signed", file])).Ok();
        File.WriteAllLines(file, File.ReadLines(file + ".signed").Select(r => zone.Bogus.Any(t => IsSignatureOf(t, r)) ? Spoiled(r) : r));
        return await File.ReadAllTextAsync(Path.Combine(keys, "dsset-" + zone.Origin));
    }
}
