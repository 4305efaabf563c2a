using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Levels;
using Cluster.Domain.Validation;

namespace Cluster.Domain.Settings;

/// <summary>Which authorities the hosts trust; they go to hosts as certificates.</summary>
internal sealed class TrustKind() : KindDefinition<TrustSettings>(Reach.Resolved)
{
    protected override IReadOnlyList<DocumentRule<TrustSettings>> Rules { get; } =
    [
        static (trust, _) => (trust.ClientAuthorities ?? []).SelectMany((name, i) => FieldRules.Reference(name, $"/clientAuthorities/{i}")),
        static (trust, _) => FieldRules.Unique(trust.ClientAuthorities ?? [], "/clientAuthorities", "authority"),
    ];

    public override IReadOnlyList<string> RefersTo { get; } = [TrustedAuthority.Kind];

    protected override IEnumerable<ItemReference> ReferencesOf(TrustSettings document) =>
        (document.ClientAuthorities ?? []).Select((name, i) => new ItemReference(TrustedAuthority.Kind, name, $"/clientAuthorities/{i}"));

    protected override IEnumerable<Need> NeedsOf(TrustSettings document, NeedContext context)
    {
        if (document.UseSystem == false) yield return new Need(Features.TrustSystemSwitch, "leaving out the system's authorities");
        if (document.ClientAuthorities is not null)
            yield return new Need(Features.TrustClientAuthorities, "an own list of authorities for client certificates");
    }

    internal override IEnumerable<string> Dangers(EffectiveConfiguration before, EffectiveConfiguration after)
    {
        if (EffectiveTrust.Of(before).TrustsServers && !EffectiveTrust.Of(after).TrustsServers) yield return DangerousChanges.TrustEmptied;
    }
}
