using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Rendering;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>Finds what the administrator says of TLS versions for single transports and next hops: it counts more than main.cf.</summary>
internal sealed class ProtocolObjections(PostfixCommands commands, string directory)
{
    private const string Attribute = "protocols=";

    /// <summary>What stands against versions for all mail that leaves; null = nothing.</summary>
    public async Task<string?> FindAsync(LiveFiles live, CancellationToken ct)
    {
        var clients = live.Master.WithoutOurs().Entries
            .Where(e => e.Type == "unix" && Path.GetFileName(e.Command) == "smtp")
            .ToList();
        foreach (var client in clients)
        {
            if (ProtocolParameters.OfClient.FirstOrDefault(p => client.Option(p) is not null) is { } own)
                return $"The transport {client.Service} in master.cf has -o {own}={client.Option(own)}, which counts more than main.cf. "
                    + "Remove it.";
        }

        var parameters = await commands.ParametersAsync(directory, [TransportOptions.PolicyMaps], expand: true, ct);
        var maps = Words.Of(parameters.GetValueOrDefault(TransportOptions.PolicyMaps))
            .Where(m => !m.StartsWith($"texthash:{Path.Combine(directory, "cluster")}/", StringComparison.Ordinal))
            .Concat(clients.SelectMany(c => Words.Of(c.Option(TransportOptions.PolicyMaps))));
        foreach (var map in maps.Distinct(StringComparer.Ordinal))
        {
            if (await AgainstAsync(map, ct) is { } against) return against;
        }

        return null;
    }

    private async Task<string?> AgainstAsync(string map, CancellationToken ct)
    {
        var opened = map.StartsWith("proxy:", StringComparison.Ordinal) ? map["proxy:".Length..] : map;
        var rows = opened.Contains('$', StringComparison.Ordinal) ? null : await commands.ListAsync(directory, opened, ct);
        if (rows is null)
            return $"The map {map} of {TransportOptions.PolicyMaps} cannot be listed, so that nothing shows whether it names versions for "
                + "some next hop. Use a type that can be listed (lmdb, hash, texthash, inline).";
        var (nextHop, policy) = rows.FirstOrDefault(
            r => Words.Of(r.Value).Any(w => w.StartsWith(Attribute, StringComparison.OrdinalIgnoreCase)));
        return nextHop is null
            ? null
            : $"The map {map} of {TransportOptions.PolicyMaps} has \"{policy}\" for {nextHop}, which counts more than main.cf. Take "
                + $"{Attribute} out there.";
    }
}
