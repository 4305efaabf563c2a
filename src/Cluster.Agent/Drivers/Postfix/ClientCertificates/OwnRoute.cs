using System.Text;
using Cluster.Agent.Drivers.Generations;

namespace Cluster.Agent.Drivers.Postfix.ClientCertificates;

/// <summary>A route of ours that was applied.</summary>
/// <param name="Name">Its transport.</param>
/// <param name="Base">The transport that this is a copy of.</param>
/// <param name="NextHop">Where it leads; empty = the domain, by MX.</param>
internal sealed record OwnRoute(string Name, string Base, string NextHop)
{
    /// <summary>Those of a generation by domain.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static IReadOnlyDictionary<string, OwnRoute> Of(PostfixManifest? manifest, GenerationStore<PostfixManifest> store)
    {
        var routes = new Dictionary<string, OwnRoute>(StringComparer.Ordinal);
        if (manifest?.Transports is not { } transports || !manifest.Files.ContainsKey(PostfixNames.RouteFile)) return routes;
        foreach (var line in Encoding.UTF8.GetString(store.Read(manifest.Number, PostfixNames.RouteFile)).Split('\n'))
        {
            if (line.Split(' ', 2) is not [var domain, var route] || route.Split(':', 2) is not [var name, var hop]) continue;
            if (transports.GetValueOrDefault(name) is { } original) routes[domain] = new OwnRoute(name, original, hop);
        }

        return routes;
    }
}
