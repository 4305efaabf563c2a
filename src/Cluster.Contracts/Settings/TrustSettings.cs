namespace Cluster.Contracts.Settings;

/// <summary>Which certificate authorities the hosts trust.</summary>
public sealed record TrustSettings : ISingletonDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.Trust;

    /// <summary>Trust the host's system list; default true.</summary>
    public bool? UseSystem { get; init; }

    /// <summary>Trust the cluster's own trusted authorities; default true.</summary>
    public bool? UseCustom { get; init; }

    /// <summary>Names of the trusted authorities that client certificates may lead to; absent = all that are trusted.</summary>
    public IReadOnlyList<string>? ClientAuthorities { get; init; }
}
