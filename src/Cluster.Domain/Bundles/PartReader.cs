using System.Text.Json;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Bundles;

/// <summary>Reads parts that come from outside: an unknown kind, member or value refuses them.</summary>
public static class PartReader
{
    /// <summary>Reads a part.</summary>
    /// <returns>The part, or everything that this build does not understand.</returns>
    /// <exception cref="JsonException">The input is not JSON.</exception>
    public static DocumentRead<ServicePart> Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
        if (OtherSchema(document.RootElement) is { } other) return new DocumentRead<ServicePart>(null, [other]);
        var read = DocumentReader.Read(document.RootElement, ContractsJson.Default.ServicePart);
        if (read.Value is null) return read;
        var errors = read.Value.Settings.SelectMany(k => Check(k.Key, k.Value)).ToList();
        return errors.Count == 0 ? read : new DocumentRead<ServicePart>(null, errors);
    }

    // Said first and alone: the members of another schema are other ones.
    private static FieldError? OtherSchema(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
            && part.TryGetProperty("schemaVersion", out var member)
            && member.ValueKind == JsonValueKind.Number
            && member.TryGetInt32(out var version) && version != ServicePart.CurrentSchema
            ? new FieldError(
                "/schemaVersion",
                FieldErrorCodes.SchemaVersion,
                $"The settings have schema version {version}; this agent knows {ServicePart.CurrentSchema}.")
            : null;

    private static IEnumerable<FieldError> Check(string kind, IReadOnlyDictionary<string, JsonElement> documents) =>
        KindRegistry.Find(kind) is { Reach: not (Reach.Manager or Reach.Resolved) } definition
            ? documents.SelectMany(
                d => definition.ReadShape(d.Value).Errors.Select(e => e with { Pointer = $"/settings/{kind}/{d.Key}{e.Pointer}" }))
            : [new FieldError(
                $"/settings/{kind}", FieldErrorCodes.UnknownKind, $"This agent does not know settings of the kind '{kind}'.")];
}
