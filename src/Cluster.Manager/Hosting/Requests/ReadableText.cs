using System.Text.Json;
using Cluster.Contracts.Json;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>
/// Finds text that JSON can write but nobody can store or send on: unpaired surrogates and U+0000, in names and in values.
/// </summary>
internal static class ReadableText
{
    /// <summary>Walks an element.</summary>
    public static void Check(JsonElement element, string pointer, List<FieldError> errors)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                if (!IsReadable(() => element.GetString())) errors.Add(Error(pointer));
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray()) Check(item, $"{pointer}/{index++}", errors);
                break;
            case JsonValueKind.Object:
                CheckMembers(element, pointer, errors);
                break;
        }
    }

    private static void CheckMembers(JsonElement element, string pointer, List<FieldError> errors)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (IsReadable(() => member.Name)) Check(member.Value, JsonPointer.Member(pointer, member.Name), errors);
            else errors.Add(Error(pointer));
        }
    }

    private static bool IsReadable(Func<string?> read)
    {
        try
        {
            return read()?.Contains('\0', StringComparison.Ordinal) != true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static FieldError Error(string pointer) =>
        new(pointer, "text", "The text contains U+0000 or an unpaired surrogate. Send valid Unicode.");
}
