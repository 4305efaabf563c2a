using System.Text.Json.Nodes;
using Cluster.Contracts.Json;

namespace Cluster.Domain.Failures;

/// <summary>An expected failure: a value with a stable code, mapped once to problem details and once to a gRPC status.</summary>
/// <param name="Category">Decides the status.</param>
/// <param name="Code">Stable code, for example <c>not-defined-at-level</c>.</param>
/// <param name="Detail">What is wrong and what to do, for people; never a secret.</param>
public record Failure(FailureCategory Category, string Code, string Detail)
{
    /// <summary>What is wrong with single members of the input; empty when nothing points there.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>Further members of the problem document, for example <c>conflicts</c> or <c>findings</c>.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Extensions { get; init; } = new Dictionary<string, JsonNode?>();
}

/// <summary>Categories of expected failures.</summary>
public enum FailureCategory
{
    /// <summary>Not JSON, or not what the media type says (400).</summary>
    Malformed,

    /// <summary>Well formed, but breaks a rule (422).</summary>
    Invalid,

    /// <summary>No valid credentials (401).</summary>
    Unauthenticated,

    /// <summary>Not allowed (403).</summary>
    Forbidden,

    /// <summary>Does not exist, or not for the caller (404).</summary>
    NotFound,

    /// <summary>State or concurrent change forbids it (409).</summary>
    Conflict,

    /// <summary>If-Match or If-None-Match failed (412).</summary>
    Precondition,

    /// <summary>Larger than the limit (413).</summary>
    TooLarge,

    /// <summary>A media type that is not read here (415).</summary>
    UnsupportedMediaType,

    /// <summary>A rate, queue or quota is exhausted (429).</summary>
    Busy,

    /// <summary>Cannot be done now, for example without the database (503).</summary>
    Unavailable,
}
