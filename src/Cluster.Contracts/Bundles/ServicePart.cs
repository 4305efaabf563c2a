using System.Runtime.CompilerServices;
using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Contracts.Bundles;

/// <summary>
/// The settings of one service, complete in themselves: documents, chains, authorities. Nothing in it names the machine or a revision,
/// and keys are named by their public key only, so that machines with equal settings share it.
/// </summary>
public sealed record ServicePart
{
    /// <summary>The schema version that this build writes and reads.</summary>
    public const int CurrentSchema = 2;

    // Parts are immutable: what the documents of a kind say is read once and goes with them.
    private static readonly ConditionalWeakTable<IReadOnlyDictionary<string, JsonElement>, object> Known = [];

    /// <summary>Schema version of the part and of the documents in it.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Name of the driver that must apply it; another one refuses the part.</summary>
    public required string Driver { get; init; }

    /// <summary>
    /// The documents by kind and name; a kind without documents is left out, a singleton has the name <see cref="Kinds.SingletonName"/>.
    /// </summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> Settings { get; init; }

    /// <summary>The certificates that something among the settings names, by name.</summary>
    public required IReadOnlyDictionary<string, PartCertificate> Certificates { get; init; }

    /// <summary>Trust; absent = defined at no level and no authority is given.</summary>
    public PartTrust? Trust { get; init; }

    /// <summary>
    /// Names of objects that are hidden for this machine, as <c>kind/name</c>: what stood before the join is restored for them.
    /// </summary>
    public IReadOnlyList<string>? Hidden { get; init; }

    /// <summary>Whether differences that people make on the host are put right; absent = they are reported only.</summary>
    public bool? RepairDrift { get; init; }

    /// <summary>Makes a part that sets nothing.</summary>
    public static ServicePart Empty(string driver) => new()
    {
        SchemaVersion = CurrentSchema,
        Driver = driver,
        Settings = new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>(),
        Certificates = new Dictionary<string, PartCertificate>(),
    };

    /// <summary>Returns the documents of a kind by name.</summary>
    /// <exception cref="JsonException">A document does not have the shape of its kind; whoever takes a part from outside checks
    /// that first.</exception>
    public IReadOnlyDictionary<string, T> All<T>()
        where T : class, ISettingsDocument =>
        Settings.TryGetValue(T.Kind, out var documents)
            ? (IReadOnlyDictionary<string, T>)Known.GetValue(documents, Read<T>)
            : new Dictionary<string, T>();

    /// <summary>Returns a singleton.</summary>
    /// <returns>Null when no level defines it.</returns>
    public T? Singleton<T>()
        where T : class, ISingletonDocument => All<T>().GetValueOrDefault(Kinds.SingletonName);

    private static Dictionary<string, T> Read<T>(IReadOnlyDictionary<string, JsonElement> documents)
        where T : class, ISettingsDocument
    {
        var typeInfo = ContractsJson.Of<T>();
        return documents.ToDictionary(d => d.Key, d => d.Value.Deserialize(typeInfo)!, StringComparer.Ordinal);
    }
}
