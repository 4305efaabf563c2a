using System.Text.Json;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Problems;

/// <summary>
/// A refusal (RFC 9457). The lists are there only where they belong to the code. Any member may be missing when something else than a
/// manager answered.
/// </summary>
public sealed record ProblemShape
{
    /// <summary>URI of the category, described in docs/problems.md.</summary>
    public string Type { get; init => field = value ?? "about:blank"; } = "about:blank";

    /// <summary>The category in words.</summary>
    public string Title { get; init => field = value ?? ""; } = "";

    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>What happened and what to do, for people.</summary>
    public string Detail { get; init => field = value ?? ""; } = "";

    /// <summary>Stable code, one of <see cref="ProblemCodes"/>; newer managers may send others.</summary>
    public string Code { get; init => field = value ?? ""; } = "";

    /// <summary>Under this id the manager logs the request.</summary>
    public string? TraceId { get; init; }

    /// <summary>What is wrong with the document that was sent, member by member.</summary>
    public IReadOnlyList<FieldError> Errors { get; init => field = value ?? []; } = [];

    /// <summary>With <c>conflict</c> and <c>changed-later</c>: what changed meanwhile.</summary>
    public IReadOnlyList<ConflictShape>? Conflicts { get; init; }

    /// <summary>With <c>in-use</c>, <c>group-in-use</c> and <c>cluster-in-use</c>: what refers to it.</summary>
    public IReadOnlyList<ReferenceShape>? References { get; init; }

    /// <summary>With <c>validation-failed</c>: the errors that the change would introduce.</summary>
    public IReadOnlyList<Finding>? Findings { get; init; }

    /// <summary>With <c>acknowledgement-required</c>: the codes to name.</summary>
    public IReadOnlyList<string>? Acknowledge { get; init; }

    /// <summary>With <c>key-unknown</c>: where the certificate belongs.</summary>
    public IReadOnlyList<FittingCertificate>? Fits { get; init; }

    /// <summary>With <c>choose-key</c> and <c>key-not-found</c>: the keys that were found.</summary>
    public IReadOnlyList<FoundKey>? Keys { get; init; }

    /// <summary>With <c>not-defined-at-level</c>: the level that it is inherited from, if any.</summary>
    public string? InheritedFrom { get; init; }

    /// <summary>With <c>quota-exceeded</c>: which quota.</summary>
    public string? Quota { get; init; }

    /// <summary>With <c>quota-exceeded</c>: how many it allows.</summary>
    public long? Limit { get; init; }
}

/// <summary>An item that somebody else changed.</summary>
public sealed record ConflictShape
{
    /// <summary>cluster, group:NAME or machine:NAME.</summary>
    public required string Level { get; init; }

    /// <summary>Kind of the item.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the item; <c>-</c> for a singleton.</summary>
    public required string Name { get; init; }

    /// <summary>What held when the edit was staged; absent = nothing.</summary>
    public JsonElement? Base { get; init; }

    /// <summary>What the edit would store; absent = it deletes.</summary>
    public JsonElement? Mine { get; init; }

    /// <summary>What holds now; absent = it was deleted.</summary>
    public JsonElement? Theirs { get; init; }

    /// <summary>Who changed it; absent = not known.</summary>
    public string? By { get; init; }

    /// <summary>The revision that changed it.</summary>
    public long? Revision { get; init; }
}

/// <summary>Something that refers to what was to be deleted.</summary>
public sealed record ReferenceShape
{
    /// <summary>cluster, group:NAME or machine:NAME; absent where the kind has no levels.</summary>
    public string? Level { get; init; }

    /// <summary>
    /// Kind of the object; absent = it is no object, and <see cref="Name"/> is a phrase such as <c>the running configuration</c>.
    /// </summary>
    public string? Kind { get; init; }

    /// <summary>As in the path of the item that refers.</summary>
    public required string Name { get; init; }
}

/// <summary>A certificate that the uploaded one fits.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Level">Its level.</param>
public sealed record FittingCertificate(string Name, string Level);

/// <summary>A private key in an upload.</summary>
public sealed record FoundKey
{
    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex: name it in <c>select</c>.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>rsa, ec or ed25519.</summary>
    public required string Algorithm { get; init; }

    /// <summary>In bits.</summary>
    public required int Size { get; init; }

    /// <summary>Subject of its certificate; absent = none came with it.</summary>
    public string? Subject { get; init; }
}
