using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Files;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>
/// The generations of one service, <c>cluster/gen/N</c> under its configuration directory, so that the service is whole without the agent.
/// A generation is complete as soon as it has a manifest; nothing in it is written after it went live but that manifest.
/// A driver's switch point is one step that lets the software take its files from another generation.
/// </summary>
/// <typeparam name="TManifest">What the driver keeps about a generation.</typeparam>
/// <param name="configDirectory">The service's own configuration directory.</param>
/// <param name="json">How a manifest is stored.</param>
/// <param name="agedBy">How much older than they are files claim to be, for software that waits until they are.</param>
internal sealed class GenerationStore<TManifest>(string configDirectory, JsonTypeInfo<TManifest> json, TimeSpan agedBy = default)
    where TManifest : GenerationManifest
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Open =
        Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // Other users may reach files whose names they know, and list nothing.
    private const UnixFileMode Traversable = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const string ManifestFile = "manifest.json";
    private const string SwitchedMark = "switched";

    // Far more than a key with its chain, or a list of authorities, has.
    private const int LongestOfOthers = 4 * 1024 * 1024;

    // The manifest before the last description, until it is clear that what is described stays.
    private TManifest? undescribed;

    /// <summary>The agent's directory in the configuration directory.</summary>
    public string Root { get; } = Path.Combine(configDirectory, "cluster");

    private string Generations => Path.Combine(Root, "gen");

    /// <summary>Absolute path of a generation.</summary>
    public string PathOf(int number) => Path.Combine(Generations, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Absolute path of a file of a generation.</summary>
    public string PathOf(int number, string file) => Path.Combine(PathOf(number), file);

    /// <summary>The generation that a path is the directory of; 0 = of none.</summary>
    public int NumberAt(string path) => path == PathOf(NumberOf(path)) ? NumberOf(path) : 0;

    /// <summary>What a generation is; null when there is none or its manifest cannot be read.</summary>
    public TManifest? Find(int number)
    {
        if (number <= 0) return null;
        try
        {
            return JsonSerializer.Deserialize(HostFile.Read(PathOf(number, ManifestFile)), json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a generation is there, whole or not.</summary>
    public bool Exists(int number) => number > 0 && Directory.Exists(PathOf(number));

    /// <summary>
    /// What was applied last: the live generation; or, when somebody took away what leads to it, the newest that went live.
    /// </summary>
    /// <param name="live">Number that the switch point names; 0 = none.</param>
    /// <returns>Null when nothing was, or when the live generation's manifest is damaged.</returns>
    public TManifest? Applied(int live) => Exists(live) ? Find(live) : Newest();

    /// <summary>The newest whole generation that went live; null when there is none.</summary>
    public TManifest? Newest() => Numbers().Where(WasSwitched).OrderDescending().Select(Find).OfType<TManifest>().FirstOrDefault();

    /// <summary>The next number that no generation has.</summary>
    public int Next() => Numbers().DefaultIfEmpty(0).Max() + 1;

    /// <summary>Why nothing is staged here, with what to do: others decide which directory this is; null = nobody does.</summary>
    /// <exception cref="IOException">The file system refuses to tell.</exception>
    public ApplyFailure? Objection() =>
        TrustedPath.Objection(configDirectory, [Root, Generations, .. Numbers().Select(PathOf)]) is { } objection
            ? ApplyFailure.Transient(ApplyCodes.InputOutput, "validation", objection)
            : null;

    /// <summary>
    /// Looks again, before each step that writes or deletes: what was staged may wait, and a directory may change hands meanwhile.
    /// </summary>
    /// <exception cref="IOException">Others decide which directory this is.</exception>
    public void Guard(int number)
    {
        if (TrustedPath.Objection(configDirectory, Root, Generations, PathOf(number)) is { } objection) throw new IOException(objection);
    }

    /// <summary>Writes a generation, durable, its manifest last.</summary>
    /// <param name="files">Every file by name.</param>
    /// <param name="manifest">Names the number; a directory that an earlier attempt left there is replaced.</param>
    /// <exception cref="IOException">It could not be written; nothing of it is left, so that a full disk is not kept full.</exception>
    public void Write(IEnumerable<KeyValuePair<string, byte[]>> files, TManifest manifest)
    {
        try
        {
            Remove(manifest.Number);
            Guard(manifest.Number);
            Directory.CreateDirectory(Root, Open);
            Directory.CreateDirectory(Generations, Private);
            Directory.CreateDirectory(PathOf(manifest.Number), Private);
            Guard(manifest.Number);
            if (manifest.Rights is not null) LetOthersThrough(manifest.Number);
            foreach (var (name, content) in files) Write(manifest.Number, name, content, manifest.RightsOf(name));
            Describe(manifest);
            AtomicFile.FlushDirectory(Generations);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(manifest.Number);
            throw;
        }
    }

    /// <summary>Writes the manifest of a generation anew when it says something else, or cannot be read.</summary>
    public void Describe(TManifest manifest)
    {
        // Compared in canonical form: the order of names may be another one, and equal settings must write nothing.
        undescribed = Find(manifest.Number);
        if (undescribed is { } known && Canonical(known) == Canonical(manifest)) undescribed = null;
        else Write(manifest.Number, ManifestFile, JsonSerializer.SerializeToUtf8Bytes(manifest, json));
    }

    /// <summary>Restores the manifest that a generation had before it was described last, if that was this one.</summary>
    public void RestoreDescription(int number)
    {
        if (undescribed is { } before && before.Number == number)
            Write(number, ManifestFile, JsonSerializer.SerializeToUtf8Bytes(before, json));
        undescribed = null;
    }

    /// <summary>Notes, before the switch, that the software may take this generation up from now on.</summary>
    public void MarkSwitched(int number)
    {
        if (!WasSwitched(number)) Write(number, SwitchedMark, []);
    }

    /// <summary>Whether the software may ever have taken a generation up.</summary>
    public bool WasSwitched(int number) => File.Exists(PathOf(number, SwitchedMark));

    /// <summary>A file of a generation.</summary>
    public byte[] Read(int number, string name) => HostFile.Read(PathOf(number, name));

    /// <summary>
    /// The files of a generation that a pattern names, with their content, without the store's own; none when it is gone. One that is a
    /// pipe, or that its owner made longer than anything the agent writes, counts as empty.
    /// </summary>
    public IReadOnlyDictionary<string, byte[]> ReadAll(int number, string pattern) => Exists(number)
        ? Directory.EnumerateFiles(PathOf(number), pattern)
            .Where(f => !IsOwn(Path.GetFileName(f)))
            .ToDictionary(f => Path.GetFileName(f), f => Content(f) ?? [], StringComparer.Ordinal)
        : new Dictionary<string, byte[]>();

    /// <summary>The files that differ from what the manifest says, or are gone.</summary>
    public IReadOnlyList<string> Damaged(TManifest manifest) =>
        [.. manifest.Files.Where(f => HashOf(PathOf(manifest.Number, f.Key)) != f.Value).Select(f => f.Key)];

    /// <summary>Differences between the files of a generation and its manifest, for people.</summary>
    /// <param name="manifest">What was applied.</param>
    /// <param name="itemOf">The item that a file is of; null = of no single one.</param>
    public IEnumerable<ServiceDrift> Drift(TManifest manifest, Func<string, ItemName?> itemOf) =>
        Damaged(manifest).Select(f => new ServiceDrift(PathOf(manifest.Number, f), "differs from what was applied")
        {
            Sides = new DifferenceSides
            {
                Intended = "the content that was applied",
                OnDisk = File.Exists(PathOf(manifest.Number, f)) ? "other content" : "no such file",
            }.Of(itemOf(f)),
        });

    /// <summary>The private key of a certificate in a generation, PKCS#8; null when it holds none. The caller clears it.</summary>
    public byte[]? FindKey(TManifest? manifest, string publicKeySha256)
    {
        if (manifest is null) return null;
        foreach (var file in manifest.Files.Keys.Where(f => f.EndsWith(".pem", StringComparison.Ordinal)))
        {
            if (Content(PathOf(manifest.Number, file)) is { } pem && PemFile.FindKey(pem, publicKeySha256) is { } key) return key;
        }

        return null;
    }

    /// <summary>Removes a generation with its keys.</summary>
    /// <exception cref="IOException">The file system refuses, or somebody else decides which directory that is.</exception>
    public void Remove(int number)
    {
        if (!Exists(number)) return;
        Guard(number);
        Directory.Delete(PathOf(number), recursive: true);
    }

    /// <summary>Removes generations after the live one that were never switched to: a crash left them, with keys.</summary>
    public void RemoveUnused(int live)
    {
        foreach (var left in Numbers().Where(n => n > live && !WasSwitched(n)).ToArray()) Remove(left);
    }

    /// <summary>Removes all generations but one; with 0 the agent's directory too.</summary>
    public void RemoveAllBut(int number)
    {
        Guard(number);
        if (Find(number) is { Rights: null } && File.GetUnixFileMode(Generations) != Private)
            File.SetUnixFileMode(Generations, Private);
        foreach (var other in Numbers().Where(n => n != number).ToArray()) Remove(other);
        if (number == 0 && Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    /// <summary>Removes temporary files that a kill left in the agent's directory and in a generation.</summary>
    public void Sweep(int number)
    {
        Guard(number);
        foreach (var directory in new[] { Root, PathOf(number) }.Where(Directory.Exists)) AtomicFile.Sweep(directory);
    }

    private string Canonical(TManifest manifest) => CanonicalJson.ToText(JsonSerializer.SerializeToElement(manifest, json));

    private void Write(int number, string name, ReadOnlySpan<byte> content, FileRights? rights = null)
    {
        Guard(number);
        var owner = rights == FileRights.Own ? null : rights?.Owner;
        AtomicFile.Write(PathOf(number, name), content, rights?.Mode ?? AtomicFile.Private, owner, agedBy);
    }

    // The mode that a directory is made with is narrowed by the umask.
    private void LetOthersThrough(int number)
    {
        File.SetUnixFileMode(Root, Open);
        File.SetUnixFileMode(Generations, Traversable);
        File.SetUnixFileMode(PathOf(number), Traversable);
    }

    private static bool IsOwn(string name) =>
        name is ManifestFile or SwitchedMark || name.StartsWith(AtomicFile.TemporaryPrefix, StringComparison.Ordinal);

    private static string HashOf(string path) => Content(path) is { } content ? Fingerprint.OfBytes(content) : "";

    // Who owns a file, or shares it, decides what is in it: memory of the agent must not be theirs to fill.
    private static byte[]? Content(string path)
    {
        var isOthers = FileRights.Of(path) is not { IsOfAgent: true, IsWrittenByOthers: false };
        return HostFile.Find(path, isOthers ? LongestOfOthers : HostFile.Longest);
    }

    private static int NumberOf(string path) =>
        int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private IEnumerable<int> Numbers() =>
        Directory.Exists(Generations) ? Directory.EnumerateDirectories(Generations).Select(NumberOf).Where(n => n > 0) : [];
}
