using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cluster.Contracts.Json;

/// <summary>Compares a JSON element with the metadata of a type and reports every difference.</summary>
internal static class ShapeWalk
{
    public static void Check(JsonElement element, JsonTypeInfo typeInfo, string pointer, List<FieldError> errors)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            errors.Add(new FieldError(pointer, FieldErrorCodes.NullNotAllowed, "null is not allowed here; leave the member out."));
            return;
        }

        switch (typeInfo.Kind)
        {
            case JsonTypeInfoKind.Object: CheckObject(element, typeInfo, pointer, errors); break;
            case JsonTypeInfoKind.Enumerable: CheckArray(element, typeInfo, pointer, errors); break;
            case JsonTypeInfoKind.Dictionary: CheckDictionary(element, typeInfo, pointer, errors); break;
            default: CheckScalar(element, typeInfo.Type, pointer, errors); break;
        }
    }

    private static void CheckObject(JsonElement element, JsonTypeInfo typeInfo, string pointer, List<FieldError> errors)
    {
        if (!Expect(element, JsonValueKind.Object, "an object", pointer, errors)) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var memberPointer = JsonPointer.Member(pointer, member.Name);
            if (!seen.Add(member.Name))
            {
                errors.Add(
                    new FieldError(
                        memberPointer, FieldErrorCodes.DuplicateMember, $"The member '{member.Name}' is given more than once; keep one."));
                continue;
            }

            var property = typeInfo.Properties.FirstOrDefault(p => p.Name == member.Name && !p.IsExtensionData);
            if (property is null)
            {
                // Whoever keeps further members looks at them itself.
                if (typeInfo.Properties.Any(p => p.IsExtensionData)) continue;
                var known = string.Join(", ", typeInfo.Properties.Select(p => p.Name).Order(StringComparer.Ordinal));
                errors.Add(new FieldError(
                    memberPointer, FieldErrorCodes.UnknownMember, $"There is no member '{member.Name}'. Known members: {known}."));
                continue;
            }

            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (member.Value.ValueKind == JsonValueKind.Null
                && property.AttributeProvider?.IsDefined(typeof(NullRemovesAttribute), true) == true)
                continue;
            Check(member.Value, typeInfo.Options.GetTypeInfo(type), memberPointer, errors);
        }

        foreach (var property in typeInfo.Properties.Where(p => p.IsRequired && !seen.Contains(p.Name)))
        {
            errors.Add(
                new FieldError(
                    JsonPointer.Member(pointer, property.Name), FieldErrorCodes.Required, $"The member '{property.Name}' is required."));
        }
    }

    private static void CheckArray(JsonElement element, JsonTypeInfo typeInfo, string pointer, List<FieldError> errors)
    {
        if (!Expect(element, JsonValueKind.Array, "an array", pointer, errors)) return;
        var elementType = typeInfo.Options.GetTypeInfo(typeInfo.ElementType!);
        var index = 0;
        foreach (var item in element.EnumerateArray()) Check(item, elementType, $"{pointer}/{index++}", errors);
    }

    private static void CheckDictionary(JsonElement element, JsonTypeInfo typeInfo, string pointer, List<FieldError> errors)
    {
        if (!Expect(element, JsonValueKind.Object, "an object", pointer, errors)) return;
        var elementType = typeInfo.Options.GetTypeInfo(typeInfo.ElementType!);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var memberPointer = JsonPointer.Member(pointer, member.Name);
            if (!seen.Add(member.Name))
                errors.Add(
                    new FieldError(
                        memberPointer, FieldErrorCodes.DuplicateMember, $"The member '{member.Name}' is given more than once; keep one."));
            else Check(member.Value, elementType, memberPointer, errors);
        }
    }

    private static void CheckScalar(JsonElement element, Type type, string pointer, List<FieldError> errors)
    {
        if (type.IsEnum) CheckEnum(element, type, pointer, errors);
        else if (type == typeof(string)) CheckString(element, pointer, errors);
        else if (type == typeof(bool)) CheckBoolean(element, pointer, errors);
        else if (type == typeof(int)) CheckInteger(element, int.MinValue, int.MaxValue, pointer, errors);
        else if (type == typeof(long)) CheckInteger(element, long.MinValue, long.MaxValue, pointer, errors);
        else if (type == typeof(DateTimeOffset)
            && Expect(element, JsonValueKind.String, "an instant (RFC 3339)", pointer, errors)
            && !element.TryGetDateTimeOffset(out _))
            errors.Add(new FieldError(
                pointer, FieldErrorCodes.Instant, "An instant is written as in RFC 3339, for example 2027-01-31T12:00:00Z."));
        else if (type == typeof(Guid) && Expect(element, JsonValueKind.String, "an id", pointer, errors) && !element.TryGetGuid(out _))
            errors.Add(new FieldError(pointer, FieldErrorCodes.Id, "An id is written as a UUID."));
        else if (type == typeof(byte[])
            && Expect(element, JsonValueKind.String, "base64", pointer, errors)
            && !element.TryGetBytesFromBase64(out _))
            errors.Add(new FieldError(pointer, FieldErrorCodes.Base64, "The value is not base64 (RFC 4648 section 4)."));
    }

    private static void CheckString(JsonElement element, string pointer, List<FieldError> errors)
    {
        if (!Expect(element, JsonValueKind.String, "a string", pointer, errors)) return;
        string value;
        try
        {
            value = element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            errors.Add(new FieldError(pointer, FieldErrorCodes.Text, "The string holds an unpaired surrogate; write valid Unicode."));
            return;
        }

        if (value.Contains('\0', StringComparison.Ordinal))
            errors.Add(new FieldError(pointer, FieldErrorCodes.Text, "The character U+0000 is not allowed; remove it."));
    }

    private static void CheckBoolean(JsonElement element, string pointer, List<FieldError> errors)
    {
        if (element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            errors.Add(new FieldError(pointer, FieldErrorCodes.Type, $"Expected true or false, found {Name(element.ValueKind)}."));
    }

    private static void CheckInteger(JsonElement element, long min, long max, string pointer, List<FieldError> errors)
    {
        if (!Expect(element, JsonValueKind.Number, "a whole number", pointer, errors)) return;
        if (!element.TryGetInt64(out var value)) errors.Add(new FieldError(pointer, FieldErrorCodes.Type, "Expected a whole number."));
        else if (value < min || value > max) errors.Add(
            new FieldError(pointer, FieldErrorCodes.Range, $"The number must lie between {min} and {max}."));
    }

    private static void CheckEnum(JsonElement element, Type type, string pointer, List<FieldError> errors)
    {
        if (!Expect(element, JsonValueKind.String, "a string", pointer, errors)) return;
        var names = EnumNames.Of(type);
        if (!names.Contains(element.GetString()!))
            errors.Add(new FieldError(
                pointer, FieldErrorCodes.UnknownValue, $"'{element.GetString()}' is not one of: {string.Join(", ", names)}."));
    }

    private static bool Expect(JsonElement element, JsonValueKind kind, string expected, string pointer, List<FieldError> errors)
    {
        if (element.ValueKind == kind) return true;
        errors.Add(new FieldError(pointer, FieldErrorCodes.Type, $"Expected {expected}, found {Name(element.ValueKind)}."));
        return false;
    }

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        _ => "null",
    };
}
