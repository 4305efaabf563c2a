using Cluster.Agent.Drivers.Nginx.Configuration;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Nginx.Rendering;

/// <summary>
/// What stands against an interface in the administrator's own configuration. It is said before anything changes, by name and with what to
/// do; what it does not see, the proof on the wire does.
/// </summary>
internal sealed class ServerCheck(ServerMap map, NginxNames names, IReadOnlyList<InterfacePlan> hosted)
{
    private static readonly string[] OfCertificate = ["ssl_certificate", "ssl_certificate_key"];

    /// <summary>What keeps an interface from being served; null = nothing.</summary>
    public string? Problem(InterfacePlan plan)
    {
        var including = Including(plan.Name);
        if (including.Count == 0)
            return $"No server of the nginx configuration includes its file. Write `{names.IncludeOf(plan.Name)}` into the server that "
                + $"listens with TLS on {plan.EndPoint}, in its own block.";
        var here = map.At(plan.EndPoint);
        var own = here.Where(including.Contains).ToList();
        if (own.Count == 0)
            return $"The server that includes its file ({including[0].Place}) does not listen on {plan.EndPoint}, which the agent's local "
                + "file names. Set `listen` there, or correct the address in the local file.";
        return own.Select(s => Own(plan, s)).FirstOrDefault(p => p is not null) ?? Others(plan, here) ?? Masking(plan);
    }

    /// <summary>Directives of a block of TLS protocols that a server of an interface has itself, so that nginx would refuse them.</summary>
    /// <returns>What is wrong; null = nothing.</returns>
    public string? Duplicates(InterfacePlan plan, TlsProtocolBlock block)
    {
        foreach (var server in Including(plan.Name))
        {
            if (Snippet.Once(block).FirstOrDefault(server.Has) is { } twice)
                return $"The server of interface '{plan.Name}' ({server.Place}) has {twice} in its own block, and nginx takes it once. "
                    + "Remove it there; in the http block it may stay.";
        }

        return null;
    }

    private string? Own(InterfacePlan plan, ServerBlock server)
    {
        if (!server.Listens.Any(l => l.Port == plan.EndPoint.Port && l.IsTls))
            return $"The server at {server.Place} listens on {plan.EndPoint} without TLS. Write `ssl` behind its `listen`.";
        if (server.Listens.Any(l => l.Port == plan.EndPoint.Port && l.IsProxied))
            return $"The server at {server.Place} expects the PROXY protocol on {plan.EndPoint}, so that nothing can be proven there. "
                + "Listen without proxy_protocol on another port, and name that in the agent's local file.";
        if (OfCertificate.FirstOrDefault(server.Has) is { } second)
            return $"The server at {server.Place} has an {second} of its own, which some clients would be served instead. Remove it, or "
                + "move it to the http block, where it counts for as long as nothing is applied.";
        if (server.IsOn("ssl_reject_handshake"))
            return $"The server at {server.Place} rejects every handshake (ssl_reject_handshake). Remove that, or move it to the http "
                + "block.";
        var other = hosted.FirstOrDefault(h => h.Name != plan.Name && server.Includes(names.Live(NginxNames.SnippetOf(h.Name))));
        return other is null
            ? null
            : $"The server at {server.Place} includes the file of interface '{other.Name}' as well. Include one in each server.";
    }

    private string? Others(InterfacePlan plan, IReadOnlyList<ServerBlock> here)
    {
        var sharing = hosted.Where(h => h.EndPoint.Equals(plan.EndPoint)).ToList();
        if (sharing.Count > 1 && plan.Hostname.Length == 0)
            return $"Other interfaces are at {plan.EndPoint} as well, and it has no host name by which clients could ask for it. "
                + "Set 'hostname'.";
        return sharing.Exists(s => Including(s.Name).Contains(here[0]))
            ? null
            : $"The server at {here[0].Place} is the default one on {plan.EndPoint}: clients that send no name, or another one, are served "
                + "its certificate, and it decides about TLS versions for all. Write `default_server` behind the `listen` of the server "
                + "that includes the file.";
    }

    private string? Masking(InterfacePlan plan)
    {
        if (!ListenAddress.StandsForAll(plan.EndPoint.Address)) return null;
        var masking = map.OnOneAddressOf(plan.EndPoint.Port).FirstOrDefault(
            s => !Including(plan.Name).Contains(s)
                && s.Listens.Any(l => l.Port == plan.EndPoint.Port && !l.IsAny && l.Address.AddressFamily == plan.EndPoint.AddressFamily));
        return masking is null
            ? null
            : $"The server at {masking.Place} takes one address of port {plan.EndPoint.Port} for itself, so that the interface is not "
                + "served on all of them. Name one address for the interface in the agent's local file, or let that server listen "
                + "elsewhere.";
    }

    private List<ServerBlock> Including(string management) =>
        [.. map.Servers.Where(s => s.Includes(names.Live(NginxNames.SnippetOf(management))))];
}
