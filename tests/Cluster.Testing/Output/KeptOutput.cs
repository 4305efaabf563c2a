using System.Collections.Concurrent;
using Xunit;

namespace Cluster.Testing.Output;

/// <summary>
/// What the programs and managers of tests printed. Each source belongs to the test collection in which it was started, also when a
/// fixture started it, so that a test that fails shows its own.
/// </summary>
public static class KeptOutput
{
    private const int Shown = 200;
    private static readonly ConcurrentDictionary<object, Source> Sources = new(ReferenceEqualityComparer.Instance);

    /// <summary>Remembers a source of the collection whose test or fixture runs now.</summary>
    /// <param name="owner">What prints.</param>
    /// <param name="name">Heading of its lines.</param>
    /// <param name="lines">Gives what it has printed so far.</param>
    public static void Keep(object owner, string name, Func<IEnumerable<string>> lines) =>
        Sources[owner] = new Source(Collection, name, lines);

    /// <summary>Says that a source prints nothing any more; it stays until the test that runs now has ended.</summary>
    public static void End(object owner)
    {
        if (Sources.TryGetValue(owner, out var source)) source.Ended = true;
    }

    /// <summary>The last lines of each source of the collection that runs now, with headings.</summary>
    public static IEnumerable<string> Last()
    {
        var collection = Collection;
        return from source in Sources.Values
               where source.Collection is null || source.Collection == collection
               orderby source.Name
               let lines = source.Lines().TakeLast(Shown).ToList()
               where lines.Count > 0
               from line in lines.Prepend($"---- {source.Name}, its last lines:")
               select line;
    }

    /// <summary>Drops the sources of the collection that runs now which print nothing any more.</summary>
    public static void DropEnded()
    {
        var collection = Collection;
        foreach (var (owner, source) in Sources)
        {
            if (source.Ended && (source.Collection is null || source.Collection == collection)) Sources.TryRemove(owner, out _);
        }
    }

    private static string? Collection => TestContext.Current.TestCollection?.UniqueID;

    private sealed record Source(string? Collection, string Name, Func<IEnumerable<string>> Lines)
    {
        public bool Ended { get; set; }
    }
}
