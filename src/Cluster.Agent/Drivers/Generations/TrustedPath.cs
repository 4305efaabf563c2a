namespace Cluster.Agent.Drivers.Generations;

/// <summary>
/// Whether nobody but the agent's own user decides what a path is of. The agent makes, opens to others and deletes directories with all
/// rights: whoever may rename a directory above them, or put a link in its place, would let it do so anywhere.
/// </summary>
internal static class TrustedPath
{
    // As many as the kernel follows.
    private const int MostLinks = 40;

    /// <summary>What stands against writing and deleting below a directory, and what to do; null = nothing does.</summary>
    /// <param name="directory">Absolute; parts that are not there yet are made by the agent.</param>
    /// <param name="own">The agent's directories below it, in the order in which they are in each other: none may be a link.</param>
    /// <exception cref="IOException">The file system refuses to tell.</exception>
    public static string? Objection(string directory, params ReadOnlySpan<string> own)
    {
        var isShared = false;
        foreach (var step in Walk(directory))
        {
            if (Against(step, isShared) is { } objection) return objection;
            isShared = step.Target is null && IsSticky(step.Path);
        }

        foreach (var path in own)
        {
            if (new FileInfo(path).LinkTarget is { } target)
                return $"{path} is a link to {target}. Take it away: the agent writes and deletes in real directories only.";
            if (Against(new Step(path, Target: null), isShared: false) is { } objection) return objection;
        }

        return null;
    }

    /// <summary>The path without links, <c>.</c>, <c>..</c> and a slash at the end; parts that are not there stay as they are.</summary>
    public static string Resolve(string path) => Walk(path).Last().Path;

    private static string? Against(Step step, bool isShared)
    {
        var isLink = step.Target is not null;
        if (isLink && isShared)
            return $"{step.Path} is a link in a directory that everybody may write. Name the place that it leads to: {step.Target}.";
        if (!isLink && File.Exists(step.Path)) return $"{step.Path} is no directory. Take it away, or name another one.";
        if ((isLink ? FileRights.OfLink(step.Path) : FileRights.OfDirectory(step.Path)) is not { } rights) return null;
        if (!rights.IsOfAgent)
            return $"{step.Path} belongs to user {rights.Owner.User}, who could let the agent write and delete elsewhere. "
                + $"Give it to root: chown {(isLink ? "-h " : "")}root {step.Path}.";
        return isLink || !rights.IsWrittenByOthers || IsSticky(step.Path)
            ? null
            : $"{step.Path} may be written by its group or by everybody, who could let the agent write and delete elsewhere. "
                + $"Take that right away: chmod go-w {step.Path}.";
    }

    // What stands in such a directory is renamed and deleted by its owner alone.
    private static bool IsSticky(string path) =>
        FileRights.OfDirectory(path) is { IsWrittenByOthers: true } rights && rights.Mode.HasFlag(UnixFileMode.StickyBit);

    // Every directory and link on the way, each before what is in it, as the kernel goes it.
    private static IEnumerable<Step> Walk(string path)
    {
        var left = new Stack<string>(Names(path).Reverse());
        var at = "/";
        var links = 0;
        yield return new Step(at, Target: null);
        while (left.TryPop(out var name))
        {
            var next = name == ".." ? Path.GetDirectoryName(at) ?? "/" : Path.Combine(at, name);
            var target = new FileInfo(next).LinkTarget;
            yield return new Step(next, target);
            if (target is null)
            {
                at = next;
                continue;
            }

            if (++links > MostLinks) throw new IOException($"{path} leads through more than {MostLinks} links. Name a directory.");
            if (target.StartsWith('/')) at = "/";
            yield return new Step(at, Target: null);
            foreach (var part in Names(target).Reverse()) left.Push(part);
        }
    }

    private static IEnumerable<string> Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(n => n != ".");

    private readonly record struct Step(string Path, string? Target);
}
