using Cluster.Contracts.Settings;
using Cluster.Domain.Levels;

namespace Cluster.Domain.Bundles;

/// <summary>What the name of a certificate leads to.</summary>
public static class CertificateReferences
{
    /// <summary>Returns the version that a name leads to in an effective configuration.</summary>
    /// <returns>Null when the name leads nowhere or the version does not exist.</returns>
    public static CertificateContent? Resolve(EffectiveConfiguration effective, string name, CertificateLookup lookup)
    {
        if (effective.Find<CertificateSettings>(name) is not { } found) return null;
        var key = found.Item.Key;
        return lookup(key.LevelKind, key.LevelId, key.Name, found.Item.Document!.Read<CertificateSettings>().Version);
    }
}
