using Cluster.Domain.Failures;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using EnrollmentRpc = Cluster.Protocol.V1.Enrollment;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>
/// The enrolment calls of the agent protocol. Only Root, Join, BeginRecovery and Recover work without a client certificate.
/// </summary>
internal sealed class EnrollmentService(
    IdentityGate gate,
    AttemptLimiter limiter,
    ControlAuthority authority,
    JoinMachine join,
    RenewIdentity renew,
    RecoveryChallenges challenges,
    RecoverIdentity recover,
    LeaveCluster leave) : EnrollmentRpc.EnrollmentBase
{
    public override Task<RootResponse> Root(RootRequest request, ServerCallContext context) =>
        Task.FromResult(new RootResponse { RootCertificate = ByteString.CopyFrom(authority.Keys.Root.Der.Span) });

    public override Task<JoinResponse> Join(JoinRequest request, ServerCallContext context) =>
        LimitedAsync(
            context, () => join.HandleAsync(request, context.GetHttpContext().Connection.RemoteIpAddress, context.CancellationToken));

    public override Task<BeginRecoveryResponse> BeginRecovery(BeginRecoveryRequest request, ServerCallContext context)
    {
        if (!limiter.MayTry(context.GetHttpContext().Connection.RemoteIpAddress)) throw EnrollmentFailures.TooMany.ToRpcException();
        return Task.FromResult(new BeginRecoveryResponse { Challenge = challenges.Make() });
    }

    public override Task<RecoverResponse> Recover(RecoverRequest request, ServerCallContext context) =>
        LimitedAsync(context, () => recover.HandleAsync(request, context.CancellationToken));

    public override async Task<RenewResponse> Renew(RenewRequest request, ServerCallContext context)
    {
        var caller = (await gate.AuthenticateActiveAsync(
            context.GetHttpContext().Connection.ClientCertificate, context.CancellationToken)).OrThrow();
        return (await renew.HandleAsync(caller, request, context.CancellationToken)).OrThrow();
    }

    public override async Task<LeaveResponse> Leave(LeaveRequest request, ServerCallContext context)
    {
        var caller =
            (await gate.AuthenticateAsync(context.GetHttpContext().Connection.ClientCertificate, context.CancellationToken)).OrThrow();
        return (await leave.HandleAsync(caller, context.CancellationToken)).OrThrow();
    }

    private async Task<T> LimitedAsync<T>(ServerCallContext context, Func<Task<Outcome<T>>> handle)
    {
        var address = context.GetHttpContext().Connection.RemoteIpAddress;
        if (!limiter.MayTry(address)) throw EnrollmentFailures.TooMany.ToRpcException();
        var outcome = await handle();
        if (!outcome.Succeeded) limiter.Refused(address);
        return outcome.OrThrow();
    }
}
