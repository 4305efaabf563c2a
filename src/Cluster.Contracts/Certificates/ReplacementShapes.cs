using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Certificates;

/// <summary>A version of a certificate that takes the place of another one by a change.</summary>
public sealed record CertificateReplacementShape
{
    /// <summary>The certificate, as settings refer to it.</summary>
    public required string Name { get; init; }

    /// <summary>Level that defines it after the change.</summary>
    public required string Level { get; init; }

    /// <summary>The version that holds after the change.</summary>
    public required int Version { get; init; }

    /// <summary>What it replaces, and what peers will notice.</summary>
    public required ReplacedVersionShape Replaces { get; init; }
}

/// <summary>The version that is replaced, and what peers will notice of that.</summary>
public sealed record ReplacedVersionShape
{
    /// <summary>Level that defined it; another one when a nearer level defines the name anew, or does so no longer.</summary>
    public required string Level { get; init; }

    /// <summary>The version that held before.</summary>
    public required int Version { get; init; }

    /// <summary>What peers can see of it, by kind; empty = nothing.</summary>
    public required IReadOnlyList<CertificateDifferenceShape> Differences { get; init; }
}

/// <summary>One difference that a peer can see.</summary>
public sealed record CertificateDifferenceShape
{
    /// <summary>In what the versions differ.</summary>
    public required CertificateDifferenceKind Kind { get; init; }

    /// <summary>What the replaced version says; absent = nothing.</summary>
    public string? Before { get; init; }

    /// <summary>What the new version says; absent = nothing.</summary>
    public string? After { get; init; }

    /// <summary>The difference, and who notices it.</summary>
    public required string Message { get; init; }

    /// <summary>
    /// Settings that need what is lost, for example <c>listeners/in</c>; where a version of the same level is replaced, a commit must
    /// acknowledge it. Absent = none.
    /// </summary>
    public IReadOnlyList<string>? NeededBy { get; init; }
}

/// <summary>In what a version of a certificate differs from the one that it replaces.</summary>
[JsonConverter(typeof(KebabEnum<CertificateDifferenceKind>))]
public enum CertificateDifferenceKind
{
    /// <summary>Another authority issued it.</summary>
    Issuer,

    /// <summary>Its chain leads to another root.</summary>
    Root,

    /// <summary>Its subject is another one.</summary>
    Subject,

    /// <summary>Its public key is another one.</summary>
    Key,

    /// <summary>Its key is of another kind or size.</summary>
    KeyKind,

    /// <summary>A name is missing.</summary>
    NameLost,

    /// <summary>The replaced version did not have the name.</summary>
    NameNew,

    /// <summary>It cannot be used for something that the replaced version could be used for.</summary>
    UsageLost,

    /// <summary>More or fewer intermediates are served.</summary>
    ChainLength,

    /// <summary>It is valid for a longer or shorter time.</summary>
    ValidityPeriod,

    /// <summary>It asks for an OCSP answer in the handshake, or does so no longer (RFC 7633).</summary>
    MustStaple,
}
