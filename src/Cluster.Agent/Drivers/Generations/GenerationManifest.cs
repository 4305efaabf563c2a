using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>What a generation is: kept beside its files, so that any later process knows what stands and what stood before.</summary>
internal record GenerationManifest
{
    public required int Number { get; init; }

    /// <summary>Generation that was live when this one was staged; 0 = none.</summary>
    public required int Previous { get; init; }

    /// <summary>Everything that is applied by it; of an item that was refused, what was applied before.</summary>
    public required ServicePart Part { get; init; }

    /// <summary>What of the wanted settings is not in it.</summary>
    public IReadOnlyList<RefusedItem> Refused { get; init; } = [];

    /// <summary>SHA-256 of each file as the agent wrote it, by name.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Mode and owner of the files that are not the agent's alone, as <see cref="FileRights.ToString"/> writes them.</summary>
    public IReadOnlyDictionary<string, string>? Rights { get; init; }

    /// <summary>Files that stay although nothing tells what they were applied for; null = the driver does not tell.</summary>
    public IReadOnlyList<string>? Unexplained { get; init; }

    /// <summary>Mode and owner that a file has.</summary>
    public FileRights RightsOf(string file) =>
        Rights?.GetValueOrDefault(file) is { } text ? FileRights.Parse(text) : FileRights.Own;

    /// <summary>Whether an item of the part is one that was refused, so that nothing may be called verified for it.</summary>
    public bool IsRefused(string kind, string name) => Refused.Any(r => r.Kind == kind && r.Name == name);
}

/// <summary>Serializer metadata of manifests that say no more than all do, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GenerationManifest))]
internal sealed partial class GenerationManifestJson : JsonSerializerContext;
