using Cluster.Agent.Drivers.Generations;

namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>
/// Reads the administrator's configuration with what it includes, leniently: nginx itself judges it, and what it means is seen on the
/// wire. The agent's own files are not read. Files that did not change are not read again.
/// </summary>
/// <param name="mainFile">The main file.</param>
/// <param name="ownDirectory">The agent's directory.</param>
internal sealed class ConfigReader(string mainFile, string ownDirectory)
{
    private ServerMap? known;
    private string stamp = "";

    /// <summary>What the configuration says now.</summary>
    /// <exception cref="IOException">A file that is there cannot be read, or the configuration has no end.</exception>
    public ServerMap Read()
    {
        if (known is { } before && stamp == Stamp(before)) return before;
        known = new ConfigReading(mainFile, ownDirectory).Read();
        stamp = Stamp(known);
        return known;
    }

    /// <summary>Hash over names, sizes and times of all files, and over which there are.</summary>
    public string Stamp() => Stamp(Read());

    private string Stamp(ServerMap map)
    {
        using var hash = new Fingerprint();
        foreach (var file in map.Files) hash.AddFile(new FileInfo(file));
        foreach (var found in map.Patterns.SelectMany(p => ConfigReading.Find(p, ownDirectory))) hash.Add(found);
        return hash.End();
    }
}
