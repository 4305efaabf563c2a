using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Configuration;

/// <summary>A document of a kind in canonical form, with its hash and, read on first use, its record.</summary>
public sealed class SettingsDocument
{
    private readonly Lazy<object> value;
    private readonly Lazy<JsonElement> element;

    private SettingsDocument(string kind, string text, string hash)
    {
        (Kind, Text, Hash) = (kind, text, hash);
        value = new Lazy<object>(Parse);
        element = new Lazy<JsonElement>(() => JsonElement.Parse(text));
    }

    /// <summary>Kind that it belongs to.</summary>
    public string Kind { get; }

    /// <summary>Canonical JSON (RFC 8785).</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the text in UTF-8, lower-case hex.</summary>
    public string Hash { get; }

    /// <summary>Writes a record whose rules were checked.</summary>
    public static SettingsDocument Of<T>(T document)
        where T : class, ISettingsDocument => FromElement(T.Kind, JsonSerializer.SerializeToElement(document, ContractsJson.Of<T>()));

    /// <summary>Takes canonical text that was checked before it was stored.</summary>
    public static SettingsDocument FromStored(string kind, string text, string hash) => new(kind, text, hash);

    /// <summary>Brings an element into canonical form; its rules must have been checked.</summary>
    public static SettingsDocument FromElement(string kind, JsonElement element)
    {
        var text = CanonicalJson.ToText(element);
        return new SettingsDocument(kind, text, CanonicalJson.Sha256(text));
    }

    /// <summary>Returns the record of the kind.</summary>
    /// <exception cref="InvalidOperationException">The stored text does not have the shape of the kind.</exception>
    public T Read<T>()
        where T : class => (T)value.Value;

    /// <summary>Parses the canonical text anew.</summary>
    public JsonElement ToElement() => element.Value;

    private object Parse()
    {
        using var document = JsonDocument.Parse(Text);
        var (read, errors) = KindRegistry.Get(Kind).ReadShape(document.RootElement);
        return read
            ?? throw new InvalidOperationException(
                $"A stored document of kind {Kind} ({Hash}) is unreadable: {errors[0].Pointer} {errors[0].Code}.");
    }
}
