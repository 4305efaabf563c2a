namespace Cluster.Contracts.Bundles;

/// <summary>The authorities that a service trusts.</summary>
public sealed record PartTrust
{
    /// <summary>Whether the host's system list counts.</summary>
    public required bool UseSystem { get; init; }

    /// <summary>Certificates of the enabled custom authorities, each DER in base64; empty when switched off.</summary>
    public required IReadOnlyList<string> Authorities { get; init; }

    /// <summary>Certificates of the authorities for client certificates; absent = the same as <see cref="Authorities"/>.</summary>
    public IReadOnlyList<string>? ClientAuthorities { get; init; }
}
