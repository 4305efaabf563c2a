using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;
using Cluster.Domain.Settings;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;

namespace Cluster.Domain.Validation;

/// <summary>What is trusted somewhere: equal trust has an equal id, so that verdicts can be remembered.</summary>
public sealed class TrustScope
{
    private readonly Lazy<TrustAnchors?> anchors;

    private TrustScope(string id, Func<TrustAnchors?> make) => (Id, anchors) = (id, new Lazy<TrustAnchors?>(make));

    /// <summary>Trust is not looked at.</summary>
    public static TrustScope None { get; } = new("", static () => null);

    /// <summary>Names the trusted authorities.</summary>
    public string Id { get; }

    /// <summary>The trusted authorities; null = trust is not looked at.</summary>
    public TrustAnchors? Anchors => anchors.Value;

    /// <summary>
    /// What a machine trusts for servers that it connects to. The manager's own system list stands for that of the hosts.
    /// </summary>
    public static TrustScope Of(EffectiveConfiguration effective)
    {
        var trust = EffectiveTrust.Of(effective);
        return Of(trust.Authorities, trust.UseSystem);
    }

    /// <summary>Everything that is trusted at any level of a configuration.</summary>
    public static TrustScope Anywhere(ConfigurationSnapshot snapshot)
    {
        var trust = Documents<TrustSettings>(snapshot).ToList();
        // Where the cluster itself says nothing, both lists count on some machine.
        var silent =
            snapshot.Find(ItemKey.Of<TrustSettings>(Contracts.Levels.LevelKind.Cluster, snapshot.ClusterId, Kinds.SingletonName)) is null;
        var custom = silent || trust.Exists(t => t.UseCustom != false) ? Documents<TrustedAuthority>(snapshot) : [];
        return Of(custom, silent || trust.Exists(t => t.UseSystem != false));
    }

    private static IEnumerable<T> Documents<T>(ConfigurationSnapshot snapshot)
        where T : class, ISettingsDocument => snapshot.Items.Where(i => !i.Hidden && i.Key.Is<T>()).Select(i => i.Document!.Read<T>());

    private static TrustScope Of(IEnumerable<TrustedAuthority> authorities, bool useSystem)
    {
        List<CertificateInfo> own = [
            .. authorities.Where(a => a.Enabled ?? true)
                .SelectMany(AuthorityText.Read)
                .DistinctBy(c => c.Sha256)
                .OrderBy(c => c.Sha256, StringComparer.Ordinal)
        ];
        return new TrustScope(
            CanonicalJson.Sha256($"{useSystem}|{string.Join('|', own.Select(c => c.Sha256))}"), () => new TrustAnchors(own, useSystem));
    }
}
