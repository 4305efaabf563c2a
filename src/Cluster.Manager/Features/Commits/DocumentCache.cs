using Cluster.Domain.Configuration;
using Cluster.Manager.Hosting.Caching;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>Keeps documents by kind and hash: they never change, and are read (parsed) once.</summary>
internal sealed class DocumentCache
{
    private const int MaxDocuments = 50_000;
    private const int ChunkSize = 500;

    private readonly BoundedCache<(string Kind, string Hash), SettingsDocument> documents = new(MaxDocuments);

    /// <summary>Reads the documents that are not kept yet.</summary>
    public async Task<IReadOnlyDictionary<(string Kind, string Hash), SettingsDocument>> ReadAsync(
        ClusterDbContext db, IReadOnlyCollection<(string Kind, string Hash)> wanted, CancellationToken ct)
    {
        var found = new Dictionary<(string Kind, string Hash), SettingsDocument>(wanted.Count);
        var missing = new List<(string Kind, string Hash)>();
        foreach (var key in wanted)
        {
            if (documents.TryGet(key, out var known)) found.TryAdd(key, known);
            else missing.Add(key);
        }

        foreach (var chunk in missing.Distinct().Chunk(ChunkSize))
        {
            var hashes = chunk.Select(k => k.Hash).Distinct().ToList();
            var texts =
                await db.Documents.AsNoTracking().Where(d => hashes.Contains(d.Hash)).ToDictionaryAsync(d => d.Hash, d => d.Text, ct);
            foreach (var key in chunk) found[key] = Keep(SettingsDocument.FromStored(key.Kind, texts[key.Hash], key.Hash));
        }

        return found;
    }

    private SettingsDocument Keep(SettingsDocument document) => documents.GetOrAdd((document.Kind, document.Hash), document);
}
