using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Postfix.Generations;

/// <summary>What a generation is: kept beside its files, so that any later process knows what stands and what stood before.</summary>
internal sealed record Manifest
{
    /// <summary>Number of the generation.</summary>
    public required int Number { get; init; }

    /// <summary>Generation that was live when this one was staged; 0 = none.</summary>
    public required int Previous { get; init; }

    /// <summary>Everything that is applied by it.</summary>
    public required ServicePart Part { get; init; }

    /// <summary>Parameters of main.cf that are ours.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>What the administrator had for each of them, as it stood; null = nothing.</summary>
    public required IReadOnlyDictionary<string, string?> Originals { get; init; }

    /// <summary>SHA-256 of each file of the generation.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>The live files when it was staged, and what they become.</summary>
    public required FileChange Main { get; init; }

    /// <summary>The same for master.cf.</summary>
    public required FileChange Master { get; init; }
}

/// <summary>SHA-256 of a file before and after a switch; of main.cf also of the form in between, which defines old and new names.</summary>
/// <param name="Before">As it was read.</param>
/// <param name="After">As it will be.</param>
/// <param name="Between">The form in between; null = there is none.</param>
internal sealed record FileChange(string Before, string After, string? Between = null)
{
    /// <summary>Whether anything changes.</summary>
    public bool Changes => Before != After;
}

/// <summary>Serializer metadata of manifests, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
