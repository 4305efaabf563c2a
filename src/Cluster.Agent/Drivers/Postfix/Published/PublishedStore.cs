using System.Text.Json;
using Cluster.Agent.State;
using Cluster.Contracts.Files;

namespace Cluster.Agent.Drivers.Postfix.Published;

/// <summary>Keeps what was found over restarts; what cannot be kept or read is found out again.</summary>
/// <param name="directory">The driver's own directory.</param>
internal sealed class PublishedStore(string directory)
{
    private string File => Path.Combine(directory, "published.json");

    /// <summary>What was kept, as far as it can be true; empty = nothing.</summary>
    /// <param name="now">The time.</param>
    public IReadOnlyList<PublishedEntry> Load(DateTimeOffset now)
    {
        try
        {
            if (!System.IO.File.Exists(File)) return [];
            using var stream = System.IO.File.OpenRead(File);
            var kept = JsonSerializer.Deserialize(stream, PublishedJson.Default.PublishedFile)?.Entries ?? [];
            return [.. kept.Where(e => e?.IsPossible(now) is true)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    /// <summary>Keeps it, if the disk takes it.</summary>
    public void Save(IReadOnlyList<PublishedEntry> entries)
    {
        try
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(new PublishedFile(entries), PublishedJson.Default.PublishedFile);
            AtomicFile.Write(RenewableFile.MakeRoom(File), content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is kept in memory, and written with what is found next.
        }
    }
}
