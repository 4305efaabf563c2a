using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;

namespace Cluster.Domain.Validation;

/// <summary>A place in an effective configuration that uses a certificate.</summary>
/// <param name="User">The item that names it.</param>
/// <param name="CertificateName">Name of the certificate.</param>
/// <param name="Use">As what it is used.</param>
internal sealed record CertificateBinding(Item User, string CertificateName, CertificateUse Use)
{
    public string Label => $"{User.Key.Kind}/{User.Name}";

    public static IEnumerable<CertificateBinding> Of(EffectiveConfiguration effective) =>
        from kind in CertificateUses.UsingKinds
        from user in effective.Of(kind)
        from used in CertificateUses.Of(user.Item)
        select new CertificateBinding(user.Item, used.Certificate, used.Use);

    public (EffectiveItem Certificate, CertificateContent? Content)? Resolve(EffectiveConfiguration effective, CertificateLookup lookup) =>
        effective.Find<CertificateSettings>(CertificateName) is { } found
            ? (found, CertificateReferences.Resolve(effective, CertificateName, lookup))
            : null;
}
