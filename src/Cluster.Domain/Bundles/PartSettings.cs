using System.Text.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Bundles;

/// <summary>A document for a part.</summary>
/// <param name="Content">The document.</param>
/// <param name="References">What it names.</param>
public sealed record PartDocument(JsonElement Content, IEnumerable<ItemReference> References)
{
    /// <summary>Takes a document of the configuration.</summary>
    public static PartDocument Of(SettingsDocument document)
    {
        var kind = KindRegistry.Get(document.Kind);
        return new PartDocument(kind.ForHosts(document), kind.References(document));
    }

    /// <summary>Takes a document of another part, which has the shape of its kind.</summary>
    public static PartDocument Of(string kind, JsonElement document) => new(document, KindRegistry.Get(kind).References(document));
}

/// <summary>The documents of a part while it is made: follows what they name.</summary>
public sealed class PartSettings
{
    private readonly Dictionary<string, Dictionary<string, JsonElement>> documents = new(StringComparer.Ordinal);
    private readonly SortedSet<string> certificates = new(StringComparer.Ordinal);
    private readonly Queue<ItemReference> open = [];

    /// <summary>Names of the certificates that the documents name, ordered.</summary>
    public IReadOnlyCollection<string> CertificateNames => certificates;

    /// <summary>Adds a document.</summary>
    /// <returns>False when one of that kind and name is there already.</returns>
    public bool Add(string kind, string name, PartDocument document)
    {
        if (!documents.TryGetValue(kind, out var same))
            documents.Add(kind, same = new Dictionary<string, JsonElement>(StringComparer.Ordinal));
        if (!same.TryAdd(name, document.Content)) return false;
        foreach (var reference in document.References)
        {
            if (reference.Kind == CertificateSettings.Kind) certificates.Add(reference.Name);
            else open.Enqueue(reference);
        }

        return true;
    }

    /// <summary>Adds what the documents name, and what that names.</summary>
    /// <param name="find">Finds a document by kind and name; null = it is not to be had, or not for this service.</param>
    public void Complete(Func<string, string, PartDocument?> find)
    {
        while (open.TryDequeue(out var reference))
        {
            if (KindRegistry.Find(reference.Kind)?.Reach != Reach.Referenced) continue;
            if (find(reference.Kind, reference.Name) is { } document) Add(reference.Kind, reference.Name, document);
        }
    }

    /// <summary>The documents by kind and name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> ToDictionary() =>
        documents.ToDictionary(d => d.Key, d => (IReadOnlyDictionary<string, JsonElement>)d.Value, StringComparer.Ordinal);
}
