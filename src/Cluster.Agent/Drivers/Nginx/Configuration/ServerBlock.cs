namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>One <c>server</c> of a configuration.</summary>
internal sealed class ServerBlock(ConfigDirective server)
{
    private readonly IReadOnlyList<ConfigDirective> directives = server.Block ?? [];

    /// <summary>File and line, for people.</summary>
    public string Place => server.Place;

    /// <summary>Where it listens; without a <c>listen</c> on port 80 of all addresses.</summary>
    public IReadOnlyList<ListenAddress> Listens { get; } = Read(server.Block ?? []);

    /// <summary>Whether it includes a file in its own block.</summary>
    public bool Includes(string path) => directives.Any(d => d.Name == "include" && ConfigFiles.Matches(d.First, path));

    /// <summary>Whether it has a directive in its own block.</summary>
    public bool Has(string name) => directives.Any(d => d.Name == name);

    /// <summary>Whether a switch is on in its own block.</summary>
    public bool IsOn(string name) => directives.Any(d => d.Name == name && d.First == "on");

    private static ListenAddress[] Read(IReadOnlyList<ConfigDirective> directives)
    {
        var all = directives.Any(d => d is { Name: "ssl", First: "on" });
        var read = directives.Where(d => d.Name == "listen")
            .Select(d => ListenAddress.Read(d.Arguments))
            .OfType<ListenAddress>()
            .Select(l => all ? l with { IsTls = true } : l)
            .ToArray();
        return directives.Any(d => d.Name == "listen") ? read : [ListenAddress.Read(["80"])!];
    }
}
