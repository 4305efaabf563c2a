using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Files;

/// <summary>What a generation of files is: kept beside them, so that any later process knows what was applied and what is nobody's any more.</summary>
internal sealed record FilesManifest
{
    /// <summary>Everything that is applied by it.</summary>
    public required ServicePart Part { get; init; }

    /// <summary>SHA-256 of each file as the agent wrote it; a file that no certificate of the part accounts for is one whose origin was lost, and stays.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }
}

/// <summary>Serializer metadata of manifests, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FilesManifest))]
internal sealed partial class FilesManifestJson : JsonSerializerContext;
