using System.Net;

namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>The servers of a configuration, and where they listen.</summary>
internal sealed class ServerMap
{
    private readonly IReadOnlyList<ConfigDirective> main;

    public ServerMap(IReadOnlyList<ConfigDirective> main, IReadOnlyList<string> files, IReadOnlyList<string> patterns)
    {
        this.main = main;
        (Files, Patterns) = (files, patterns);
        Servers =
        [
            .. main.Where(d => d.Name == "http")
                .SelectMany(h => h.Block ?? [])
                .Where(d => d is { Name: "server", Block: not null })
                .Select(d => new ServerBlock(d)),
        ];
    }

    /// <summary>Every file that was read, or would be if it were there.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>What its includes name, by absolute path or pattern.</summary>
    public IReadOnlyList<string> Patterns { get; }

    /// <summary>In the order in which nginx reads them.</summary>
    public IReadOnlyList<ServerBlock> Servers { get; }

    /// <summary>The file that the main process writes its id to; null = none is named.</summary>
    public string? PidFile => main.FirstOrDefault(d => d.Name == "pid")?.First;

    /// <summary>The servers that answer at an address and port, the default one first; none = nothing listens there.</summary>
    public IReadOnlyList<ServerBlock> At(IPEndPoint endPoint)
    {
        var exact = On(l => l.Is(endPoint));
        if (exact.Count > 0) return exact;
        var any = On(l => l.IsAnyOf(endPoint));
        return any.Count > 0 ? any : On(l => l.IsDualStackFor(endPoint));
    }

    /// <summary>Servers that take some address of a port for themselves, away from those that listen on all of them.</summary>
    public IEnumerable<ServerBlock> OnOneAddressOf(int port) => Servers.Where(s => s.Listens.Any(l => l.Port == port && !l.IsAny));

    private List<ServerBlock> On(Func<ListenAddress, bool> matches)
    {
        var here = Servers.Where(s => s.Listens.Any(matches)).ToList();
        var standard = here.FindIndex(s => s.Listens.Any(l => matches(l) && l.IsDefault));
        return standard > 0 ? [here[standard], .. here.Where((_, i) => i != standard)] : here;
    }
}
