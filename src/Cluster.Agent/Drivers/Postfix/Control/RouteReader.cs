using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Postfix.Control;

/// <summary>Reads the host's own routes through Postfix's own look-up.</summary>
internal sealed class RouteReader(PostfixCommands commands, string directory)
{
    /// <summary>The routes that matter for these destinations.</summary>
    /// <param name="master">Says which transports speak SMTP.</param>
    /// <param name="destinations">Domains, with a leading dot for sub-domains, and the default; none = routes do not matter.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<Attempt<Routing>> ReadAsync(MasterCf master, IReadOnlyCollection<string> destinations, CancellationToken ct)
    {
        if (destinations.Count == 0) return Routing.None;
        var parameters = await commands.ParametersAsync(
            directory, ["transport_maps", "relayhost", "default_transport", "relay_transport"], expand: true, ct);
        if (!parameters.TryGetValue("transport_maps", out var tables))
            return ApplyFailure.Transient(
                ApplyCodes.LookupFailed,
                "validation",
                "Postfix did not report its routes. See what `postconf transport_maps` says on the host.");
        var smtp =
            master.Entries.Where(e => e.Type == "unix" && e.Command == "smtp").Select(e => e.Service).ToHashSet(StringComparer.Ordinal);
        var routes = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var unlisted = new List<string>();
        foreach (var table in Words(tables))
        {
            var keys = destinations.Where(d => d != PolicyRows.DefaultName)
                .SelectMany(d => Routing.KeysOf(d))
                .Append("*")
                .Distinct(StringComparer.Ordinal);
            var answers = await commands.QueryAsync(directory, table, keys, ct);
            if (!answers.Succeeded) return answers.Failure;
            var found = new Dictionary<string, string>(answers.Value, StringComparer.Ordinal);
            if (await commands.ListAsync(directory, table, ct) is { } listed)
            {
                foreach (var (key, value) in listed) found.TryAdd(key.ToLowerInvariant(), value);
            }
            else
            {
                unlisted.Add(table);
            }

            foreach (var (key, value) in found.Where(f => !f.Key.Contains('@', StringComparison.Ordinal)))
            {
                // The first map that knows a key wins, also when its route is none over SMTP.
                routes.TryAdd(key, NextHopsOf(value, parameters.GetValueOrDefault("default_transport") ?? "smtp", smtp));
            }
        }

        return new Routing(
            routes.Where(r => r.Value.Count > 0).ToDictionary(StringComparer.Ordinal),
            RelayHost(parameters),
            unlisted);
    }

    private static string RelayHost(IReadOnlyDictionary<string, string> parameters)
    {
        var relay = parameters.GetValueOrDefault("relayhost") ?? "";
        if (relay.Length > 0) return relay.ToLowerInvariant();
        var transport = parameters.GetValueOrDefault("default_transport") ?? "";
        var colon = transport.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? transport[(colon + 1)..].Trim().ToLowerInvariant() : "";
    }

    private static string[] NextHopsOf(string value, string defaultTransport, HashSet<string> smtp)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        var transport = colon > 0 ? value[..colon].Trim() : defaultTransport.Split(':')[0];
        if (!smtp.Contains(transport)) return [];
        return [.. value[(colon + 1)..].Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(h => h.ToLowerInvariant())];
    }

    private static string[] Words(string? value) => (value ?? "").Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
