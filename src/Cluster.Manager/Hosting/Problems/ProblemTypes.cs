using Cluster.Domain.Failures;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>The problem types: one a category of failure, told apart further by <c>code</c>. docs/problems.md describes each.</summary>
internal static class ProblemTypes
{
    private const string Base = "urn:cluster:problem:";

    /// <summary>Status, name and title of a category.</summary>
    public static ProblemType Of(FailureCategory category) => category switch
    {
        FailureCategory.Malformed => new(400, "malformed", "The request could not be read"),
        FailureCategory.Unauthenticated => new(401, "unauthenticated", "Authentication required"),
        FailureCategory.Forbidden => new(403, "forbidden", "Not allowed"),
        FailureCategory.NotFound => new(404, "not-found", "Not found"),
        FailureCategory.Conflict => new(409, "conflict", "Conflict with the current state"),
        FailureCategory.Precondition => new(412, "precondition-failed", "Precondition failed"),
        FailureCategory.TooLarge => new(413, "too-large", "Request body too large"),
        FailureCategory.UnsupportedMediaType => new(415, "unsupported-media-type", "Unsupported media type"),
        FailureCategory.Invalid => new(422, "invalid", "The request is not valid"),
        FailureCategory.Busy => new(429, "busy", "Too many requests"),
        FailureCategory.Unavailable => new(503, "unavailable", "Temporarily unavailable"),
        _ => Internal,
    };

    /// <summary>A method that the path does not have.</summary>
    public static ProblemType MethodNotAllowed { get; } = new(405, "method-not-allowed", "Method not allowed");

    /// <summary>No representation that the caller accepts.</summary>
    public static ProblemType NotAcceptable { get; } = new(406, "not-acceptable", "Not acceptable");

    /// <summary>The request line and header fields did not arrive in time.</summary>
    public static ProblemType Timeout { get; } = new(408, "timeout", "Request timeout");

    /// <summary>A body whose length cannot be known.</summary>
    public static ProblemType LengthRequired { get; } = new(411, "length-required", "Length required");

    /// <summary>Path and query are longer than the server reads.</summary>
    public static ProblemType UriTooLong { get; } = new(414, "uri-too-long", "URI too long");

    /// <summary>More header fields than the server reads.</summary>
    public static ProblemType HeadersTooLarge { get; } = new(431, "headers-too-large", "Request header fields too large");

    /// <summary>Neither HTTP/1.1 nor HTTP/2.</summary>
    public static ProblemType VersionNotSupported { get; } = new(505, "version-not-supported", "HTTP version not supported");

    /// <summary>A bug of the manager.</summary>
    public static ProblemType Internal { get; } = new(500, "internal", "Internal error");

    /// <summary>Every type that an answer can have.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        .. Enum.GetValues<FailureCategory>().Select(Of),
        MethodNotAllowed, NotAcceptable, Timeout, LengthRequired, UriTooLong, HeadersTooLarge, Internal, VersionNotSupported,
    ];

    /// <summary>The type for a bare status.</summary>
    public static ProblemType OfStatus(int status)
    {
        var otherwise = status < 500 ? Of(FailureCategory.Malformed) : Internal;
        return All.FirstOrDefault(t => t.Status == status) ?? otherwise;
    }

    /// <summary>A problem type.</summary>
    /// <param name="Status">Its HTTP status.</param>
    /// <param name="Name">Last part of its URI.</param>
    /// <param name="Title">Its title.</param>
    internal sealed record ProblemType(int Status, string Name, string Title)
    {
        public string Uri => Base + Name;
    }
}
