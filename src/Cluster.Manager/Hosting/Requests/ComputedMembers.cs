using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>
/// Members that an answer shows and nobody can set. Whoever reads, changes one member and writes all of it back sends them, too:
/// they are taken when they say what holds, and are errors when they say anything else.
/// </summary>
internal sealed class ComputedMembers
{
    private readonly Dictionary<string, JsonElement> given = new(StringComparer.Ordinal);

    private ComputedMembers()
    {
    }

    /// <summary>Whether the body has any.</summary>
    public bool Any => given.Count > 0;

    /// <summary>
    /// Takes them out of a body. A second one of the same name stays, so that it is refused like every member that is not known.
    /// </summary>
    public static (JsonElement Body, ComputedMembers Computed) Split(JsonElement body, IReadOnlySet<string> names)
    {
        var computed = new ComputedMembers();
        if (names.Count == 0 || body.ValueKind != JsonValueKind.Object) return (body, computed);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in body.EnumerateObject())
            {
                if (!names.Contains(member.Name) || !computed.given.TryAdd(member.Name, member.Value)) member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using var rest = JsonDocument.Parse(buffer.WrittenMemory);
        return (rest.RootElement.Clone(), computed);
    }

    /// <summary>Reads what is written of a thing whose answers show more members; those must say what holds.</summary>
    /// <param name="body">What was sent.</param>
    /// <param name="current">What an answer shows now; null = the thing does not exist.</param>
    /// <param name="shown">How it is shown.</param>
    /// <param name="written">How it is written.</param>
    public static Outcome<TWritten> Read<TShown, TWritten>(
        JsonElement body, TShown? current, JsonTypeInfo<TShown> shown, JsonTypeInfo<TWritten> written)
        where TShown : class
        where TWritten : class
    {
        var names = shown.Properties.Select(p => p.Name).Except(written.Properties.Select(p => p.Name)).ToHashSet(StringComparer.Ordinal);
        var (rest, computed) = Split(body, names);
        var changed = computed.Changed(current is null ? null : JsonSerializer.SerializeToNode(current, shown)!.AsObject());
        return changed.Count > 0 ? CommonFailures.Invalid(changed) : RequestBody.Fit(rest, written);
    }

    /// <summary>The members that say something else than what holds.</summary>
    /// <param name="current">What an answer shows now; null = the thing does not exist, so that nothing holds.</param>
    public IReadOnlyList<FieldError> Changed(JsonObject? current) =>
        [.. given.Where(m => !JsonNode.DeepEquals(JsonValueOf(m.Value), current?[m.Key])).Select(m => new FieldError(
            $"/{m.Key}",
            FieldErrorCodes.Computed,
            $"'{m.Key}' is computed and cannot be set: give it as the last answer shows it, or leave it out."))];

    private static JsonNode? JsonValueOf(JsonElement element) => JsonNode.Parse(element.GetRawText());
}
