namespace Cluster.Contracts.Settings;

/// <summary>A custom certificate authority: one or more certificates under one name.</summary>
public sealed record TrustedAuthority : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.TrustedAuthorities;

    /// <summary>The certificates as PEM text (RFC 7468).</summary>
    public required string Certificates { get; init; }

    /// <summary>Whether it counts; default true.</summary>
    public bool? Enabled { get; init; }
}
