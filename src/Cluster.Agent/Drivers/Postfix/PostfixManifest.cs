using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;

namespace Cluster.Agent.Drivers.Postfix;

/// <summary>What a generation of Postfix is: also what the live files were, and what they become.</summary>
internal sealed record PostfixManifest : GenerationManifest
{
    /// <summary>
    /// Hash of the settings that were wanted when it was staged: what is proven of it says nothing of other ones. Null in one that
    /// does not say.
    /// </summary>
    public string? Wanted { get; init; }

    /// <summary>Parameters of main.cf that are ours.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>What the administrator had for each of them, as it stood; null = nothing.</summary>
    public required IReadOnlyDictionary<string, string?> Originals { get; init; }

    /// <summary>Transports of ours in master.cf, each with the name of its original; null = none.</summary>
    public IReadOnlyDictionary<string, string>? Transports { get; init; }

    /// <summary>The live files when it was staged, and what they become.</summary>
    public required FileChange Main { get; init; }

    /// <summary>The same for master.cf.</summary>
    public required FileChange Master { get; init; }

    /// <summary>Hash of settings, as <see cref="Wanted"/> holds it.</summary>
    public static string HashOf(ServicePart part) =>
        CanonicalJson.Sha256(CanonicalJson.ToBytes(JsonSerializer.SerializeToElement(part, ContractsJson.Default.ServicePart)));

    /// <summary>The generations of an instance. Its switch point is the line of main.cf that names one of them.</summary>
    public static GenerationStore<PostfixManifest> StoreAt(string configDirectory) =>
        new(configDirectory, PostfixManifestJson.Default.PostfixManifest, SettledFile.Age);
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
[JsonSerializable(typeof(PostfixManifest))]
internal sealed partial class PostfixManifestJson : JsonSerializerContext;
