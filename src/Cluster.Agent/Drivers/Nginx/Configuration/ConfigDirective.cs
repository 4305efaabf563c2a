namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>
/// A directive of an nginx configuration, with its block if it has one; the contents of included files stand in their place.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its words.</param>
/// <param name="Place">File and line, for people.</param>
internal sealed record ConfigDirective(string Name, IReadOnlyList<string> Arguments, string Place)
{
    /// <summary>Directives of its block; null = it has none.</summary>
    public IReadOnlyList<ConfigDirective>? Block { get; init; }

    /// <summary>The first word; empty = it has none.</summary>
    public string First => Arguments.Count > 0 ? Arguments[0] : "";
}
