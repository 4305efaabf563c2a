namespace Cluster.Contracts.Settings;

/// <summary>The document of a certificate: a pointer to one of its immutable versions, labels and muted findings.</summary>
public sealed record CertificateSettings : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.Certificates;

    /// <summary>Number of the version that is served, 1 or higher.</summary>
    public required int Version { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Warnings that are accepted for a while; they stay listed.</summary>
    public IReadOnlyList<MutedFinding>? MutedFindings { get; init; }
}

/// <summary>A warning that is accepted until a day.</summary>
public sealed record MutedFinding
{
    /// <summary>Stable code of the finding to mute, for example <c>expires-soon</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Why it is accepted.</summary>
    public required string Reason { get; init; }

    /// <summary>Until when, at most a year ahead.</summary>
    public required DateTimeOffset Until { get; init; }
}
