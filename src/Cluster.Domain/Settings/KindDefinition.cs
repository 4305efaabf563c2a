using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Validation;

namespace Cluster.Domain.Settings;

/// <summary>
/// Everything that the product knows about one kind of settings. Registry, merging, parts, capabilities, hosting, uses of
/// certificates and dangers ask it; none of them names a kind.
/// </summary>
public abstract class KindDefinition
{
    private protected KindDefinition(string kind, Reach reach, bool isSingleton) => (Kind, Reach, IsSingleton) = (kind, reach, isSingleton);

    /// <summary>Path segment below a cluster, for example <c>listeners</c>.</summary>
    public string Kind { get; }

    /// <summary>Where its documents go.</summary>
    public Reach Reach { get; }

    /// <summary>Whether a level has at most one, under the name <see cref="Kinds.SingletonName"/>.</summary>
    public bool IsSingleton { get; }

    /// <summary>
    /// Whether a host restores what stood before the join for an object that is hidden; only named objects can be. Default false.
    /// </summary>
    public virtual bool RestoreWhenHidden => false;

    /// <summary>The kinds that its documents may name; default none.</summary>
    public virtual IReadOnlyList<string> RefersTo => [];

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

    /// <summary>Returns what is wrong with a name, or null when nothing is.</summary>
    public virtual FieldError? CheckName(string name, string pointer) =>
        IsSingleton ? ItemNames.CheckSingleton(name, pointer) : ItemNames.CheckPlain(name, pointer);

    /// <summary>Returns a name as compared; never fails: what breaks the rules is compared as written. Default: the name itself.</summary>
    public virtual string Normalize(string name) => name;

    /// <summary>The document as hosts get it: all of it (default), or without what concerns no host.</summary>
    internal virtual JsonElement ForHosts(SettingsDocument document) => document.ToElement();

    /// <summary>Whether the document of that name has an effect on a service.</summary>
    internal virtual bool Reaches(string name, ServiceCapabilities service) => Reach switch
    {
        Reach.Manager => true,
        Reach.HostedEndpoint => service.Hosts(Kind, name),
        _ => service.Kinds.Contains(Kind),
    };

    /// <summary>Returns what a service must be able to express for a document.</summary>
    internal abstract IEnumerable<Need> Needs(SettingsDocument document, NeedContext context);

    /// <summary>What is said of an object that reaches no service; null (default) = nothing.</summary>
    internal virtual NotServed? WhenNotServed(Item item) => null;

    /// <summary>
    /// Returns what is wrong with the objects of the kind in an effective configuration. References and needs are looked at
    /// elsewhere.
    /// </summary>
    internal virtual IEnumerable<RawFinding> CheckEffective(MachineClass machines, ValidationInput input) => [];

    /// <summary>Returns the codes of <see cref="DangerousChanges"/> that a change of what holds for a machine deserves.</summary>
    internal virtual IEnumerable<string> Dangers(EffectiveConfiguration before, EffectiveConfiguration after) => [];
}

/// <summary>
/// One kind of settings, by the record of its documents: a kind is one class that derives from this, and one line of
/// <see cref="KindRegistry"/>.
/// </summary>
internal abstract class KindDefinition<T>(Reach reach) : KindDefinition(
    T.Kind, reach, typeof(ISingletonDocument).IsAssignableFrom(typeof(T)))
    where T : class, ISettingsDocument
{
    /// <summary>What a document must keep beyond its shape; all of them are asked.</summary>
    protected abstract IReadOnlyList<DocumentRule<T>> Rules { get; }

    public sealed override (object? Value, IReadOnlyList<FieldError> Errors) ReadShape(JsonElement element)
    {
        var read = DocumentReader.Read(element, ContractsJson.Of<T>());
        return (read.Value, read.Errors);
    }

    public sealed override (SettingsDocument? Document, IReadOnlyList<FieldError> Errors) Check(JsonElement element, RuleContext context)
    {
        var errors = new List<FieldError>();
        if (CheckName(context.Name, "") is { } wrongName) errors.Add(wrongName);
        var read = DocumentReader.Read(element, ContractsJson.Of<T>());
        errors.AddRange(read.Errors);
        if (read.Value is { } value) errors.AddRange(Rules.SelectMany(rule => rule(value, context)));
        return errors.Count > 0 ? (null, errors) : (SettingsDocument.FromElement(Kind, element), errors);
    }

    public sealed override IEnumerable<ItemReference> References(SettingsDocument document) =>
        RefersTo.Count == 0 ? [] : ReferencesOf(document.Read<T>());

    public sealed override IEnumerable<ItemReference> References(JsonElement document) =>
        RefersTo.Count == 0 ? [] : ReferencesOf(document.Deserialize(ContractsJson.Of<T>())!);

    internal sealed override IEnumerable<Need> Needs(SettingsDocument document, NeedContext context) =>
        NeedsOf(document.Read<T>(), context);

    /// <summary>The names that a document refers to, of the kinds in <see cref="KindDefinition.RefersTo"/>.</summary>
    protected virtual IEnumerable<ItemReference> ReferencesOf(T document) => [];

    /// <summary>What a service must be able to express.</summary>
    protected virtual IEnumerable<Need> NeedsOf(T document, NeedContext context) => [];
}
