using Cluster.Domain.Failures;
using Grpc.Core;

namespace Cluster.Manager.Features.Fleet;

/// <summary>Maps expected failures to gRPC statuses; the stable code goes in the trailer <c>cluster-code</c>.</summary>
internal static class AgentFailure
{
    public const string CodeTrailer = "cluster-code";

    /// <summary>Makes what a handler throws.</summary>
    public static RpcException ToRpcException(this Failure failure) =>
        new(new Status(StatusOf(failure.Category), failure.Detail), new Metadata { { CodeTrailer, failure.Code } });

    /// <summary>Returns the value.</summary>
    /// <exception cref="RpcException">There is a failure instead.</exception>
    public static T OrThrow<T>(this Outcome<T> outcome) => outcome.Failure is { } failure ? throw failure.ToRpcException() : outcome.Value;

    private static StatusCode StatusOf(FailureCategory category) => category switch
    {
        FailureCategory.Malformed or FailureCategory.Invalid or FailureCategory.UnsupportedMediaType or FailureCategory.TooLarge =>
            StatusCode.InvalidArgument,
        FailureCategory.Unauthenticated => StatusCode.Unauthenticated,
        FailureCategory.Forbidden => StatusCode.PermissionDenied,
        FailureCategory.NotFound => StatusCode.NotFound,
        FailureCategory.Conflict or FailureCategory.Precondition => StatusCode.FailedPrecondition,
        FailureCategory.Busy => StatusCode.ResourceExhausted,
        _ => StatusCode.Unavailable,
    };
}
