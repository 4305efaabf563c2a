using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

internal static class TrustRules
{
    public static IReadOnlyList<DocumentRule<TrustSettings>> All { get; } =
    [
        static (trust, _) => (trust.ClientAuthorities ?? []).SelectMany((name, i) => FieldRules.Reference(name, $"/clientAuthorities/{i}")),
        static (trust, _) => FieldRules.Unique(trust.ClientAuthorities ?? [], "/clientAuthorities", "authority"),
    ];

    public static IEnumerable<ItemReference> References(TrustSettings trust) =>
        (trust.ClientAuthorities ?? []).Select((name, i) => new ItemReference(Kinds.TrustedAuthorities, name, $"/clientAuthorities/{i}"));
}
