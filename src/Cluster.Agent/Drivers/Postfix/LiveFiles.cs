using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Generations;
using Cluster.Contracts.Files;

namespace Cluster.Agent.Drivers.Postfix;

/// <summary>main.cf and master.cf as they were read, and the generation that they name.</summary>
internal sealed record LiveFiles
{
    private static readonly string[] Names = ["main.cf", "master.cf"];

    /// <summary>Text of main.cf.</summary>
    public required string MainText { get; init; }

    /// <summary>Text of master.cf.</summary>
    public required string MasterText { get; init; }

    /// <summary>Number of the live generation; 0 = none.</summary>
    public required int Generation { get; init; }

    /// <summary>The live generation; null when there is none or it cannot be read.</summary>
    public required PostfixManifest? Manifest { get; init; }

    /// <summary>
    /// What was applied last: the live generation, or, when somebody took the line away that names it or put an older main.cf
    /// back, the newest that went live; null = nothing.
    /// </summary>
    public required PostfixManifest? Applied { get; init; }

    /// <summary>main.cf.</summary>
    public MainCf Main => MainCf.Parse(MainText);

    /// <summary>master.cf.</summary>
    public MasterCf Master => MasterCf.Parse(MasterText);

    /// <summary>
    /// What stood in main.cf for the parameters that are ours. Where no generation that is there is named, a parameter is still
    /// ours while it has the value that we gave it.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Originals => Manifest?.Originals
        ?? Applied?.Originals
            .Where(o => Main.Find(o.Key) is { } value && value == Applied.Parameters.GetValueOrDefault(o.Key))
            .ToDictionary(StringComparer.Ordinal)
        ?? [];

    /// <summary>main.cf as it is without us.</summary>
    public MainCf Administrator => MainCfEdit.Administrator(Main, Originals);

    /// <summary>SHA-256 of main.cf.</summary>
    public string MainHash => Hash(MainText);

    /// <summary>SHA-256 of master.cf.</summary>
    public string MasterHash => Hash(MasterText);

    /// <summary>SHA-256 of the text of one of them.</summary>
    public static string Hash(string text) => Fingerprint.OfBytes(LogicalLines.Bytes.GetBytes(text));

    /// <summary>Reads them.</summary>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    public static LiveFiles Read(string directory, GenerationStore<PostfixManifest> store)
    {
        var main = LogicalLines.Bytes.GetString(HostFile.Read(Path.Combine(directory, "main.cf")));
        var master = LogicalLines.Bytes.GetString(HostFile.Read(Path.Combine(directory, "master.cf")));
        var generation = store.NumberAt(MainCf.Parse(main).Find(PostfixNames.Generation) ?? "");
        return new LiveFiles
        {
            MainText = main,
            MasterText = master,
            Generation = generation,
            Manifest = store.Find(generation),
            Applied = store.Applied(generation),
        };
    }

    /// <summary>Replaces one of them by one rename; it keeps its mode, owner and group, and a link to it stays a link.</summary>
    /// <exception cref="IOException">It could not be written; the old one stands.</exception>
    public static void Replace(string directory, string name, ReadOnlySpan<byte> content)
    {
        var target = TargetOf(directory, name);
        var rights = FileRights.Of(target) ?? throw new FileNotFoundException($"There is no file {target} any more.");
        SettledFile.Write(target, content, rights.Mode, rights.Owner);
    }

    /// <summary>Removes what a kill in the middle of <see cref="Replace"/> left beside them.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    public static void Sweep(string directory)
    {
        foreach (var beside in Names.Select(n => Path.GetDirectoryName(TargetOf(directory, n))!).Distinct(StringComparer.Ordinal))
        {
            AtomicFile.Sweep(beside);
        }
    }

    private static string TargetOf(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
    }
}
