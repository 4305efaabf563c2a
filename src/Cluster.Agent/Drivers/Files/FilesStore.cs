using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cluster.Contracts.Files;

namespace Cluster.Agent.Drivers.Files;

/// <summary>
/// The generations of one directory of files, <c>cluster/N-HASH</c>, and the link <c>current</c> that names the live one. A generation is whole
/// as soon as it has a manifest, and nothing in it is written after it went live but that manifest.
/// </summary>
internal sealed class FilesStore(string configDirectory)
{
    private const string ManifestFile = "manifest.json";
    private readonly string link = Path.Combine(configDirectory, "cluster", "current");

    /// <summary>The agent's directory in the configuration directory.</summary>
    public string Root { get; } = Path.Combine(configDirectory, "cluster");

    /// <summary>The live generation; empty = none.</summary>
    public string Current => new FileInfo(link).LinkTarget ?? "";

    /// <summary>Absolute path of a file of a generation.</summary>
    public string PathOf(string generation, string file) => Path.Combine(Root, generation, file);

    /// <summary>The files of a generation, by name; none when it is gone.</summary>
    public IReadOnlyDictionary<string, string> Read(string generation)
    {
        var directory = Path.Combine(Root, generation);
        return generation.Length > 0 && Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*.pem").ToDictionary(f => Path.GetFileName(f), File.ReadAllText, StringComparer.Ordinal)
            : new Dictionary<string, string>();
    }

    /// <summary>What a generation is; null when that cannot be read any more.</summary>
    public FilesManifest? Find(string generation)
    {
        if (generation.Length == 0) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(generation, ManifestFile)), FilesManifestJson.Default.FilesManifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a generation can be pointed to.</summary>
    public bool Exists(string generation) => generation.Length == 0 || Directory.Exists(Path.Combine(Root, generation));

    /// <summary>Writes a new generation, durable, its manifest last.</summary>
    /// <exception cref="IOException">It could not be written; nothing of it is left, so that a full disk is not kept full.</exception>
    public string Write(IReadOnlyDictionary<string, string> files, FilesManifest manifest)
    {
        var number = Generations().Select(NumberOf).DefaultIfEmpty(0).Max() + 1;
        var generation = string.Create(CultureInfo.InvariantCulture, $"{number}-{Hash(files)}");
        try
        {
            Directory.CreateDirectory(Path.Combine(Root, generation), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var (name, text) in files) AtomicFile.Write(PathOf(generation, name), Encoding.UTF8.GetBytes(text));
            Describe(generation, manifest);
            AtomicFile.FlushDirectory(Root);
            return generation;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(generation);
            throw;
        }
    }

    /// <summary>Writes the manifest of a generation anew when it says something else, or cannot be read.</summary>
    public void Describe(string generation, FilesManifest manifest)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(manifest, FilesManifestJson.Default.FilesManifest);
        var path = PathOf(generation, ManifestFile);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(text)) AtomicFile.Write(path, text);
    }

    /// <summary>The switch: makes a generation the live one; empty = none is.</summary>
    /// <exception cref="IOException">The file system refuses; the old one is live.</exception>
    public void Point(string generation)
    {
        if (generation.Length > 0) AtomicFile.PointLink(link, generation);
        else if (Current.Length > 0) AtomicFile.Delete(link);
    }

    // Somebody may have made the link anew, by the whole path: what it leads to is live all the same.
    /// <summary>Removes a generation with its keys, unless it is live.</summary>
    public void Remove(string generation)
    {
        if (generation.Length > 0 && generation != Path.GetFileName(Path.TrimEndingDirectorySeparator(Current)) && Exists(generation)) Directory.Delete(Path.Combine(Root, generation), recursive: true);
    }

    /// <summary>Removes every generation but the live one, and temporary files: also what a crash left half written.</summary>
    public void RemoveOthers()
    {
        foreach (var generation in Generations().ToArray()) Remove(generation);
        foreach (var directory in new[] { Root, Path.Combine(Root, Current) }.Where(Directory.Exists)) AtomicFile.Sweep(directory);
    }

    /// <summary>SHA-256 of a file as it stands in a manifest, lower-case hex.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Hash(IReadOnlyDictionary<string, string> files) =>
        Hash(string.Concat(files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}\0{Hash(f.Value)}\0")));

    private static int NumberOf(string generation) =>
        int.TryParse(generation.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private IEnumerable<string> Generations() =>
        Directory.Exists(Root) ? Directory.EnumerateDirectories(Root).Select(d => Path.GetFileName(d)).Where(d => d != "current" && NumberOf(d) > 0) : [];
}
