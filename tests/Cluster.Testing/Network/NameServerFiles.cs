using System.Net;

namespace Cluster.Testing.Network;

/// <summary>The configuration files of the name servers.</summary>
internal static class NameServerFiles
{
    internal const string Anchor = "root.key";

    internal static string Nsd(string directory, IEnumerable<DnsZone> zones) => $"""
        server:
          ip-address: {TestNetwork.NameServer}
          username: ""
          chroot: ""
          database: ""
          pidfile: ""
          zonelistfile: "{directory}/zone.list"
          xfrdfile: "{directory}/xfrd.state"
          xfrdir: "{directory}"
          zonesdir: "{directory}"
          server-count: 1
          verbosity: 2
        remote-control:
          control-enable: no
        {string.Join('\n', zones.Select(z => $"zone:\n  name: \"{z.Origin}\"\n  zonefile: \"{z.FileName}\""))}

        """;

    // The names of tests and of private addresses are answered by unbound itself, unless it is told to ask. A server that was slow once,
    // on a busy machine, is asked again at once.
    internal static string Unbound(string directory, IPAddress address, bool validates)
    {
        var hints = Path.Combine(directory, "root.hints");
        File.WriteAllText(hints, $". 60 IN NS ns.\nns. 60 IN A {TestNetwork.NameServer}\n");
        return $"""
            server:
              directory: "{directory}"
              chroot: ""
              username: ""
              pidfile: ""
              use-syslog: no
              logfile: ""
              interface: {address}
              access-control: 10.0.0.0/8 allow
              outgoing-interface: {address}
              do-ip6: no
              num-threads: 1
              infra-host-ttl: 1
              infra-keep-probing: yes
              val-bogus-ttl: 1
              root-hints: "{hints}"
              module-config: "{(validates ? "validator iterator" : "iterator")}"
              {(validates ? $"trust-anchor-file: \"{Path.Combine(directory, Anchor)}\"" : "")}
              local-zone: "test." nodefault
              local-zone: "10.in-addr.arpa." nodefault
            remote-control:
              control-enable: no

            """;
    }
}
