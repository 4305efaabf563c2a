using System.Security.Authentication;
using Cluster.Agent.Programs;
using Grpc.Core;

namespace Cluster.Agent.Enrollment;

/// <summary>Why a host did not get, or give up, an identity.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Code">Stable code of the manager; empty when it gave none.</param>
internal sealed record EnrollmentFailure(int ExitCode, string Message, string Code = "")
{
    private const string CodeTrailer = "cluster-code";

    /// <summary>Whether the manager was reached and said no, for good.</summary>
    public bool Refused => ExitCode is ExitCodes.NotAllowed or ExitCodes.Conflict or ExitCodes.Failure;

    /// <summary>Of a call that failed.</summary>
    public static EnrollmentFailure Of(RpcException failure, string address)
    {
        var code = failure.Trailers.GetValue(CodeTrailer) ?? "";
        var said = failure.Status.Detail + (code.Length > 0 ? $" ({code})" : "");
        if (IsTlsRefusal(failure))
            return new(ExitCodes.VerificationFailed, $"The manager at {address} could not be verified: {Innermost(failure)}");
        return failure.StatusCode switch
        {
            StatusCode.Unavailable => new(ExitCodes.Unreachable, $"The manager at {address} cannot be reached: {Innermost(failure)}", code),
            StatusCode.DeadlineExceeded or StatusCode.Cancelled =>
                new(ExitCodes.TimedOut, $"The manager at {address} did not answer in time.", code),
            StatusCode.Unauthenticated or StatusCode.PermissionDenied => new(ExitCodes.NotAllowed, $"The manager refused: {said}", code),
            StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.Aborted =>
                new(ExitCodes.Conflict, $"The manager refused: {said}", code),
            StatusCode.ResourceExhausted => new(ExitCodes.TimedOut, $"The manager asks to try later: {said}", code),
            _ => new(ExitCodes.Failure, $"The manager answered {failure.StatusCode}: {said}", code),
        };
    }

    private static bool IsTlsRefusal(RpcException failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException ?? (e as RpcException)?.Status.DebugException)
        {
            if (e is AuthenticationException) return true;
        }

        return false;
    }

    private static string Innermost(RpcException failure)
    {
        Exception inner = failure.Status.DebugException ?? failure;
        while (inner.InnerException is { } deeper) inner = deeper;
        return inner is RpcException rpc ? rpc.Status.Detail : inner.Message;
    }
}
