using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Contracts.Files;

namespace Cluster.Agent.Drivers.Postfix.Generations;

/// <summary>
/// The generations of one Postfix, <c>cluster/gen/N</c> under its configuration directory, so that it is whole without the agent:
/// keys and chains, maps, the manifest, and the live files before and after the switch.
/// </summary>
internal sealed class GenerationStore(string configDirectory)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Open = Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private const string ManifestFile = "manifest.json";
    private const string SwitchedMark = "switched";

    /// <summary>The agent's directory in the configuration directory.</summary>
    public string Root => Path.Combine(configDirectory, "cluster");

    /// <summary>Absolute path of a generation.</summary>
    public string PathOf(int number) => Path.Combine(Root, "gen", number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The number of the generation that a main.cf names; 0 = none.</summary>
    public int LiveIn(MainCf main)
    {
        var value = main.Find(PostfixNames.Generation);
        return value is not null && value == PathOf(NumberOf(value)) ? NumberOf(value) : 0;
    }

    /// <summary>What a generation is; null when there is none or it cannot be read.</summary>
    public Manifest? Find(int number)
    {
        if (number <= 0) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(PathOf(number), ManifestFile)), ManifestJson.Default.Manifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a generation is there, whole or not.</summary>
    public bool Exists(int number) => number > 0 && Directory.Exists(PathOf(number));

    /// <summary>The newest whole generation that went live; null when there is none.</summary>
    public Manifest? Newest() => Numbers().Where(WasSwitched).OrderDescending().Select(Find).OfType<Manifest>().FirstOrDefault();

    /// <summary>The next number that no generation has.</summary>
    public int Next() => Numbers().DefaultIfEmpty(0).Max() + 1;

    /// <summary>Makes the directory of a generation, readable by root alone.</summary>
    public string Create(int number)
    {
        Directory.CreateDirectory(Root, Open);
        Directory.CreateDirectory(Path.Combine(Root, "gen"), Private);
        var directory = PathOf(number);
        Directory.CreateDirectory(directory, Private);
        return directory;
    }

    /// <summary>Writes a file of a generation, durable.</summary>
    public void Write(int number, string name, ReadOnlySpan<byte> content) => SettledFile.Write(Path.Combine(PathOf(number), name), content);

    /// <summary>Writes the manifest: with it the generation is complete.</summary>
    public void Complete(Manifest manifest)
    {
        Write(manifest.Number, ManifestFile, JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Default.Manifest));
        AtomicFile.FlushDirectory(Path.Combine(Root, "gen"));
    }

    /// <summary>Notes, before the first rename, that live files may name a generation from now on.</summary>
    public void MarkSwitched(int number)
    {
        if (!WasSwitched(number)) Write(number, SwitchedMark, []);
    }

    /// <summary>Whether live files may ever have named a generation.</summary>
    public bool WasSwitched(int number) => File.Exists(Path.Combine(PathOf(number), SwitchedMark));

    /// <summary>A file of a generation.</summary>
    public byte[] Read(int number, string name) => File.ReadAllBytes(Path.Combine(PathOf(number), name));

    /// <summary>The files that differ from what the manifest says.</summary>
    public IReadOnlyList<string> Damaged(Manifest manifest) =>
        [.. manifest.Files.Where(f => HashOf(Path.Combine(PathOf(manifest.Number), f.Key)) != f.Value).Select(f => f.Key)];

    /// <summary>The private key of a certificate in a generation, PKCS#8; null when it holds none. The caller clears it.</summary>
    public byte[]? FindKey(Manifest? manifest, string publicKeySha256)
    {
        if (manifest is null) return null;
        foreach (var file in manifest.Files.Keys.Where(f => f.EndsWith(".pem", StringComparison.Ordinal) && f != PostfixNames.TrustFile))
        {
            var path = Path.Combine(PathOf(manifest.Number), file);
            if (File.Exists(path) && PemKey.Find(File.ReadAllBytes(path), publicKeySha256) is { } key) return key;
        }

        return null;
    }

    /// <summary>Removes a generation.</summary>
    public void Remove(int number)
    {
        if (Exists(number)) Directory.Delete(PathOf(number), recursive: true);
    }

    /// <summary>Removes generations after the live one that were never switched to: a crash left them, with keys.</summary>
    public void RemoveUnused(int live)
    {
        foreach (var left in Numbers().Where(n => n > live && !WasSwitched(n)).ToArray()) Remove(left);
    }

    /// <summary>Removes all generations but one; with 0 the agent's directory too.</summary>
    public void RemoveAllBut(int number)
    {
        foreach (var other in Numbers().Where(n => n != number).ToArray()) Remove(other);
        if (number == 0 && Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    /// <summary>SHA-256 of bytes, lower-case hex.</summary>
    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>SHA-256 of a text of a configuration file.</summary>
    public static string Hash(string text) => Hash(LogicalLines.Bytes.GetBytes(text));

    private static string HashOf(string path) => File.Exists(path) ? Hash(File.ReadAllBytes(path)) : string.Empty;

    private static int NumberOf(string path) =>
        int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private IEnumerable<int> Numbers()
    {
        var directory = Path.Combine(Root, "gen");
        return Directory.Exists(directory) ? Directory.EnumerateDirectories(directory).Select(NumberOf).Where(n => n > 0) : [];
    }
}
