using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Settings;

/// <summary>What a rule may look at besides the document.</summary>
/// <param name="Name">Name of the item as written.</param>
/// <param name="Now">The instant of the check.</param>
public readonly record struct RuleContext(string Name, DateTimeOffset Now);

/// <summary>One small rule of a kind; reports everything that it finds.</summary>
public delegate IEnumerable<FieldError> DocumentRule<in T>(T document, RuleContext context);

/// <summary>A name in a document that must lead to an object in the machine's effective configuration.</summary>
/// <param name="Kind">Kind of the object.</param>
/// <param name="Name">Name as written.</param>
/// <param name="Pointer">Where it stands in the document.</param>
public sealed record ItemReference(string Kind, string Name, string Pointer);

/// <summary>One kind of settings: how its documents are read, checked and what they refer to.</summary>
public abstract class KindDefinition
{
    private protected KindDefinition(string kind, Reach reach, bool isSingleton) => (Kind, Reach, IsSingleton) = (kind, reach, isSingleton);

    /// <summary>The kind.</summary>
    public string Kind { get; }

    /// <summary>Where its documents go.</summary>
    public Reach Reach { get; }

    /// <summary>Whether a level has at most one, under the name <see cref="Kinds.SingletonName"/>.</summary>
    public bool IsSingleton { get; }

    /// <summary>Whether what was applied for an object is put back when the object is hidden; only named objects can be.</summary>
    public bool PutBackWhenHidden { get; init; }

    /// <summary>Reads the shape only; for documents that were checked before.</summary>
    /// <returns>The record, or null and all errors.</returns>
    public abstract (object? Value, IReadOnlyList<FieldError> Errors) ReadShape(JsonElement element);

    /// <summary>Reads and checks a document; the canonical form keeps strings, array order and absence as sent.</summary>
    /// <returns>The document, or null and everything that is wrong, with pointers.</returns>
    public abstract (SettingsDocument? Document, IReadOnlyList<FieldError> Errors) Check(JsonElement element, RuleContext context);

    /// <summary>Returns the names that a document refers to.</summary>
    public abstract IEnumerable<ItemReference> References(SettingsDocument document);

    /// <summary>Returns the names that a document refers to; it must have the shape of the kind.</summary>
    public abstract IEnumerable<ItemReference> References(JsonElement document);
}

internal sealed class KindDefinition<T>(Reach reach, IReadOnlyList<DocumentRule<T>> rules, Func<T, IEnumerable<ItemReference>>? references = null)
    : KindDefinition(T.Kind, reach, typeof(ISingletonDocument).IsAssignableFrom(typeof(T)))
    where T : class, ISettingsDocument
{
    private readonly JsonTypeInfo<T> typeInfo = ContractsJson.Of<T>();

    public override (object? Value, IReadOnlyList<FieldError> Errors) ReadShape(JsonElement element)
    {
        var read = DocumentReader.Read(element, typeInfo);
        return (read.Value, read.Errors);
    }

    public override (SettingsDocument? Document, IReadOnlyList<FieldError> Errors) Check(JsonElement element, RuleContext context)
    {
        var errors = new List<FieldError>();
        if (ItemNames.Check(Kind, context.Name) is { } wrongName) errors.Add(wrongName);
        var read = DocumentReader.Read(element, typeInfo);
        errors.AddRange(read.Errors);
        if (read.Value is { } value) errors.AddRange(rules.SelectMany(rule => rule(value, context)));
        return errors.Count > 0 ? (null, errors) : (SettingsDocument.FromElement(Kind, element), errors);
    }

    public override IEnumerable<ItemReference> References(SettingsDocument document) =>
        references is null ? [] : references(document.Read<T>());

    public override IEnumerable<ItemReference> References(JsonElement document) =>
        references is null ? [] : references(document.Deserialize(typeInfo)!);
}
