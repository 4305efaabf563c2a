using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Observation;

/// <summary>Which item a parameter or a file of a generation is of; null where it is of none or of several.</summary>
internal sealed class DriftItems(PostfixManifest manifest)
{
    private readonly IReadOnlyList<(string Key, string Name)> listeners =
        [.. manifest.Part.All<Listener>().Keys.Select(n => (PostfixNames.KeyOf(n), n))];

    /// <summary>Of a parameter of main.cf: by its name, else by the file of a generation that its value names.</summary>
    public ItemName? OfParameter(string name, string value) =>
        OfProtocols(name)
            ?? Listener(name, PostfixNames.Prefix)
            ?? Singletons.FirstOrDefault(s => value == PostfixNames.InGeneration(s.File)).Item;

    /// <summary>Of a file in a generation.</summary>
    public ItemName? OfFile(string file) => Listener(file, "listener_") ?? Singletons.FirstOrDefault(s => s.File == file).Item;

    private static ItemName? OfProtocols(string name)
    {
        if (ProtocolParameters.OfOutbound.Contains(name)) return ProtocolParameters.Outbound;
        return name.StartsWith(PostfixNames.Inbound, StringComparison.Ordinal) ? ProtocolParameters.Inbound : null;
    }

    private static IReadOnlyList<(string File, ItemName? Item)> Singletons { get; } =
    [
        (PostfixNames.ClientFile, new ItemName(Kinds.Outbound, Kinds.SingletonName)),
        (PostfixNames.TrustFile, new ItemName(Kinds.Trust, Kinds.SingletonName)),
        (PostfixNames.ClientTrustFile, new ItemName(Kinds.Trust, Kinds.SingletonName)),
    ];

    // The hexadecimal name ends where no digit of it follows: one listener's may begin with another's.
    private ItemName? Listener(string text, string prefix) => listeners
        .Where(l => text.StartsWith(prefix + l.Key, StringComparison.Ordinal)
            && (text.Length == prefix.Length + l.Key.Length || !char.IsAsciiHexDigitLower(text[prefix.Length + l.Key.Length])))
        .Select(l => (ItemName?)new ItemName(Kinds.Listeners, l.Name))
        .FirstOrDefault();
}
