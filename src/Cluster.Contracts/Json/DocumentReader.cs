using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cluster.Contracts.Json;

/// <summary>What came of reading a document: the value, or everything that is wrong with it.</summary>
/// <typeparam name="T">The type that the document describes.</typeparam>
/// <param name="Value">The value; null when there are errors.</param>
/// <param name="Errors">All findings of shape, in document order.</param>
public sealed record DocumentRead<T>(T? Value, IReadOnlyList<FieldError> Errors)
    where T : class;

/// <summary>Reads JSON strictly: unknown, duplicate, missing or mistyped members are all reported at once, with pointers.</summary>
public static class DocumentReader
{
    /// <summary>Reads an element that should have the shape of a type known to a serializer context.</summary>
    public static DocumentRead<T> Read<T>(JsonElement element, JsonTypeInfo<T> typeInfo)
        where T : class
    {
        var errors = new List<FieldError>();
        ShapeWalk.Check(element, typeInfo, "", errors);
        if (errors.Count > 0) return new DocumentRead<T>(null, errors);
        return new DocumentRead<T>(element.Deserialize(typeInfo), errors);
    }

    /// <summary>Reads UTF-8 JSON that should have the shape of a type known to a serializer context.</summary>
    /// <exception cref="JsonException">The input is not JSON, or nested deeper than 32.</exception>
    public static DocumentRead<T> Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> typeInfo)
        where T : class
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
        return Read(document.RootElement, typeInfo);
    }
}
