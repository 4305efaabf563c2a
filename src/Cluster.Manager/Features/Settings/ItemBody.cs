using System.Buffers;
using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Turns a body into an edit: identity must say what the address says, the rest is checked by the rules of the kind.</summary>
internal static class ItemBody
{
    private const string Hidden = "hidden";
    private const string LevelMember = "level";

    /// <summary>Reads a body; refuses it with all of its errors at once.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">Name of the item in the path.</param>
    /// <param name="level">Level of the request.</param>
    /// <param name="body">The body without computed members.</param>
    /// <param name="now">Decides what has expired.</param>
    /// <param name="found">Errors that were found before.</param>
    public static StagedEdit ToEdit(
        SettingsKind kind, string name, ItemLevel level, JsonElement body, DateTimeOffset now, IReadOnlyList<FieldError> found)
    {
        List<FieldError> errors = [.. found];
        var document = kind.IsSingleton || body.ValueKind != JsonValueKind.Object ? body : Strip(kind, name, level, body, errors);
        if (document.ValueKind == JsonValueKind.Object && HidesObject(kind, body)) return Hide(kind, name, level, document, errors);
        var (checkedDocument, broken) = KindRegistry.Get(kind.Kind).Check(document, new RuleContext(name, now));
        errors.AddRange(broken);
        errors.OrRefuse();
        return new StagedEdit { Key = level.Key(kind.Kind, name), Name = name, Kind = EditKind.Put, Document = checkedDocument };
    }

    private static bool HidesObject(SettingsKind kind, JsonElement body) =>
        !kind.IsSingleton && body.TryGetProperty(Hidden, out var hidden) && hidden.ValueKind == JsonValueKind.True;

    private static StagedEdit Hide(SettingsKind kind, string name, ItemLevel level, JsonElement rest, List<FieldError> errors)
    {
        if (level.Kind == LevelKind.Cluster)
            errors.Add(
                new FieldError(
                    "/hidden", FieldErrorCodes.HiddenAtCluster, "At cluster level there is nothing to hide; delete the object instead."));
        if (ItemNames.Check(kind.Kind, name) is { } wrong) errors.Add(wrong);
        errors.AddRange(
            rest.EnumerateObject()
                .Select(m => new FieldError(
                    $"/{m.Name}", FieldErrorCodes.HiddenWithMembers, "A hidden item has no other members; leave them out.")));
        errors.OrRefuse();
        return new StagedEdit { Key = level.Key(kind.Kind, name), Name = name, Kind = EditKind.Hide };
    }

    // Identity and the hidden switch are taken out; duplicates of them are told like those of any other member.
    private static JsonElement Strip(SettingsKind kind, string name, ItemLevel level, JsonElement body, List<FieldError> errors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in body.EnumerateObject())
            {
                if (member.Name != kind.NameMember && member.Name is not (LevelMember or Hidden)) member.WriteTo(writer);
                else if (!seen.Add(member.Name))
                    errors.Add(
                        new FieldError(
                            $"/{member.Name}",
                            FieldErrorCodes.DuplicateMember,
                            $"The member '{member.Name}' is given more than once; keep one."));
                else if (Wrong(kind, name, level, member) is { } error) errors.Add(error);
            }

            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static FieldError? Wrong(SettingsKind kind, string name, ItemLevel level, JsonProperty member)
    {
        var pointer = $"/{member.Name}";
        if (member.Name == Hidden)
            return member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? null
                : new FieldError(pointer, FieldErrorCodes.Type, "Expected true or false.");
        if (member.Value.ValueKind != JsonValueKind.String) return new FieldError(pointer, FieldErrorCodes.Type, "Expected a string.");
        var text = member.Value.GetString()!;
        if (member.Name == LevelMember)
            return text == level.Name.ToString()
                ? null
                : new FieldError(
                    pointer,
                    FieldErrorCodes.Differs,
                    "The level differs from that of the query; to write to another level, use copy or move.");
        return ItemNames.Normalize(kind.Kind, text) == ItemNames.Normalize(kind.Kind, name)
            ? null
            : new FieldError(
                pointer, FieldErrorCodes.Differs, "The name differs from that of the path; an object cannot be renamed: create a new one.");
    }
}
