using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Levels;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Bundles;

/// <summary>Gathers the authorities that a service trusts.</summary>
internal static class TrustContent
{
    public static PartTrust? Gather(EffectiveConfiguration effective, ServiceCapabilities service)
    {
        if (!service.Kinds.Contains(TrustSettings.Kind) && !service.Kinds.Contains(TrustedAuthority.Kind)) return null;
        var trust = EffectiveTrust.Of(effective);
        if (!trust.IsDefined) return null;
        return new PartTrust
        {
            UseSystem = trust.UseSystem,
            Authorities = Encode(trust.Authorities),
            ClientAuthorities = trust.ClientAuthorities is { } own ? Encode(own) : null,
        };
    }

    // The same certificate under two names is given once; the order is that of the names, then of the text.
    private static List<string> Encode(IEnumerable<TrustedAuthority> authorities) =>
        [.. authorities.SelectMany(a => AuthorityText.Certificates(a.Certificates)).Select(Convert.ToBase64String).Distinct()];
}
