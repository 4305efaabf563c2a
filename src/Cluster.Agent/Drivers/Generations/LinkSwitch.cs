using Cluster.Contracts.Files;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>
/// A switch point for software whose configuration can name a path through a link: <c>cluster/current</c> leads to the live
/// generation.
/// </summary>
internal sealed class LinkSwitch(GenerationStore<GenerationManifest> store)
{
    public string Path { get; } = System.IO.Path.Combine(store.Root, "current");

    /// <summary>
    /// The live generation; 0 = there is no link, or it leads elsewhere. Somebody may have made it anew by the whole path.
    /// </summary>
    public int Live => new FileInfo(Path).LinkTarget is { } target
        ? store.NumberAt(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.Combine(store.Root, target)))
        : 0;

    /// <summary>Makes a generation the live one; 0 = none is.</summary>
    /// <exception cref="IOException">
    /// The file system refuses, or others decide which directory this is; the link leads where it led.
    /// </exception>
    public void Point(int number)
    {
        var target = number > 0 ? System.IO.Path.GetRelativePath(store.Root, store.PathOf(number)) : null;

        // A restore must succeed on a full disk where the switch did not.
        if (new FileInfo(Path).LinkTarget == target) return;
        store.Guard(number);
        if (target is not null) AtomicFile.PointLink(Path, target);
        else AtomicFile.Delete(Path);
    }
}
