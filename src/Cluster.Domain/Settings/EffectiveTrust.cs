using Cluster.Contracts.Settings;
using Cluster.Domain.Levels;

namespace Cluster.Domain.Settings;

/// <summary>What a machine trusts: the setting and the authorities together, the one place that says which of them count.</summary>
internal sealed class EffectiveTrust
{
    private EffectiveTrust(EffectiveConfiguration effective)
    {
        var trust = effective.Singleton<TrustSettings>();
        var enabled = effective.All<TrustedAuthority>().Where(a => a.Value.Enabled ?? true);
        IsDefined = trust is not null || effective.All<TrustedAuthority>().Any();
        UseSystem = trust?.UseSystem ?? true;
        Authorities = trust?.UseCustom == false ? [] : [.. enabled.Select(a => a.Value)];
        // Named for clients, an authority counts for them even where the cluster's own are switched off for servers.
        ClientAuthorities = trust?.ClientAuthorities is { } names
            ? [.. names.Select(effective.Get<TrustedAuthority>).OfType<TrustedAuthority>().Where(a => a.Enabled ?? true)]
            : null;
    }

    /// <summary>Whether any level says something about trust.</summary>
    public bool IsDefined { get; }

    /// <summary>Whether the host's system list counts.</summary>
    public bool UseSystem { get; }

    /// <summary>The cluster's own authorities that count, ordered by name.</summary>
    public IReadOnlyList<TrustedAuthority> Authorities { get; }

    /// <summary>The authorities that client certificates may lead to, in the order named; null = whatever is trusted.</summary>
    public IReadOnlyList<TrustedAuthority>? ClientAuthorities { get; }

    /// <summary>Whether any server can be verified.</summary>
    public bool TrustsServers => UseSystem || Authorities.Any(IsReadable);

    /// <summary>Whether any client can be verified.</summary>
    public bool TrustsClients => ClientAuthorities is { } own ? own.Any(IsReadable) : TrustsServers;

    public static EffectiveTrust Of(EffectiveConfiguration effective) => new(effective);

    private static bool IsReadable(TrustedAuthority authority) => AuthorityText.Read(authority).Count > 0;
}
