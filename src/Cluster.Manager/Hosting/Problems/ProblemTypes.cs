using Cluster.Domain.Failures;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>The problem types: one a category of failure, told apart further by <c>code</c>. docs/problems.md describes each.</summary>
internal static class ProblemTypes
{
    private const string Base = "urn:cluster:problem:";

    /// <summary>Status, name and title of a category.</summary>
    public static ProblemType Of(FailureCategory category) => category switch
    {
        FailureCategory.Malformed => new(400, "malformed", "The request cannot be read"),
        FailureCategory.Unauthenticated => new(401, "unauthenticated", "There is no valid token"),
        FailureCategory.Forbidden => new(403, "forbidden", "The token does not allow this"),
        FailureCategory.NotFound => new(404, "not-found", "There is no such thing"),
        FailureCategory.Conflict => new(409, "conflict", "The present state forbids this"),
        FailureCategory.Precondition => new(412, "precondition-failed", "The thing has changed since it was read"),
        FailureCategory.TooLarge => new(413, "too-large", "The body is larger than allowed"),
        FailureCategory.UnsupportedMediaType => new(415, "unsupported-media-type", "The media type is not read here"),
        FailureCategory.Invalid => new(422, "invalid", "The request breaks a rule"),
        FailureCategory.Busy => new(429, "busy", "A rate, queue or quota is exhausted"),
        FailureCategory.Unavailable => new(503, "unavailable", "This cannot be done now"),
        _ => Internal,
    };

    /// <summary>A method that the path does not have.</summary>
    public static ProblemType MethodNotAllowed { get; } = new(405, "method-not-allowed", "The path does not have this method");

    /// <summary>No representation that the caller accepts.</summary>
    public static ProblemType NotAcceptable { get; } = new(406, "not-acceptable", "There is no such representation");

    /// <summary>A bug of the manager.</summary>
    public static ProblemType Internal { get; } = new(500, "internal", "The manager failed");

    /// <summary>Every type that an answer can have.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
        [.. Enum.GetValues<FailureCategory>().Select(Of), MethodNotAllowed, NotAcceptable, Internal];

    /// <summary>The type for a bare status.</summary>
    public static ProblemType OfStatus(int status) => All.FirstOrDefault(t => t.Status == status) ?? (status < 500 ? Of(FailureCategory.Malformed) : Internal);

    /// <summary>A problem type.</summary>
    /// <param name="Status">Its HTTP status.</param>
    /// <param name="Name">Last part of its URI.</param>
    /// <param name="Title">Its title.</param>
    internal sealed record ProblemType(int Status, string Name, string Title)
    {
        /// <summary>URI that names the type.</summary>
        public string Uri => Base + Name;
    }
}
