using System.Text.Json;
using Cluster.Contracts.Json;

namespace Cluster.Manager.Features.Fleet;

/// <summary>Labels as they are stored.</summary>
internal static class StoredLabels
{
    /// <summary>Writes labels as canonical JSON.</summary>
    public static string Write(IReadOnlyDictionary<string, string> labels) =>
        CanonicalJson.ToText(JsonSerializer.SerializeToElement(labels, RestJson.Default.IReadOnlyDictionaryStringString));

    public static IReadOnlyDictionary<string, string> Read(string json) =>
        JsonSerializer.Deserialize(json, RestJson.Default.IReadOnlyDictionaryStringString) ?? new Dictionary<string, string>();
}
