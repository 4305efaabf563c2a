using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Reads and writes the grants of a token as they are stored.</summary>
internal static class StoredGrants
{
    public static IReadOnlyList<ClusterGrant> Read(string json) =>
        JsonSerializer.Deserialize(json, GrantsJson.Default.IReadOnlyListClusterGrant) ?? [];

    /// <summary>Writes grants as canonical JSON.</summary>
    public static string Write(IReadOnlyList<ClusterGrant> grants) =>
        CanonicalJson.ToText(JsonSerializer.SerializeToElement(grants, GrantsJson.Default.IReadOnlyListClusterGrant));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<ClusterGrant>))]
internal sealed partial class GrantsJson : JsonSerializerContext;
