namespace Cluster.Contracts.Settings;

/// <summary>Which certificate authorities the hosts trust.</summary>
public sealed record TrustSettings
{
    /// <summary>Trust the host's system list; default true.</summary>
    public bool? UseSystem { get; init; }

    /// <summary>Trust the cluster's own trusted authorities; default true.</summary>
    public bool? UseCustom { get; init; }

    /// <summary>Names of the trusted authorities that client certificates may lead to; absent = all that are trusted.</summary>
    public IReadOnlyList<string>? ClientAuthorities { get; init; }
}

/// <summary>A custom certificate authority: one or more certificates under one name.</summary>
public sealed record TrustedAuthority
{
    /// <summary>The certificates as PEM text (RFC 7468).</summary>
    public required string Certificates { get; init; }

    /// <summary>Whether it counts; default true.</summary>
    public bool? Enabled { get; init; }
}
