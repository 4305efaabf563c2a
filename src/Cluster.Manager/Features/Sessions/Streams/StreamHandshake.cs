using Cluster.Domain.Failures;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Storage.Units;
using Grpc.Core;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>Who opens a stream, what it says first, and whether the manager takes it.</summary>
internal sealed class StreamHandshake(IdentityGate gate, SessionOpenings openings, SessionLimits limits)
{
    private const int LongestBootId = 100;
    private static readonly Failure HelloExpected = new(
        FailureCategory.Invalid, AgentCodes.HelloExpected, "The first message of a stream is Hello, and it comes once.");
    private static readonly Failure VersionUnsupported = new(
        FailureCategory.Invalid,
        AgentCodes.ProtocolUnsupported,
        "The agent and the manager have no protocol version in common; upgrade the "
            + "older one.");

    /// <summary>The machine that the client certificate of a call proves; a departed one only gets its removal.</summary>
    /// <exception cref="RpcException">The certificate proves none.</exception>
    public async Task<MachinePrincipal> AuthenticateAsync(ServerCallContext context) =>
        (await gate.AuthenticateAsync(context.GetHttpContext().Connection.ClientCertificate, context.CancellationToken)).OrThrow();

    /// <summary>Reads Hello.</summary>
    /// <exception cref="RpcException">It does not come in time, or is not one that this manager takes.</exception>
    public async Task<Hello> ReadHelloAsync(IAsyncStreamReader<AgentMessage> stream, MachinePrincipal machine, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(limits.HelloTimeout);
        if (!await stream.MoveNext(limited.Token) || stream.Current.Hello is not { } hello || hello.BootId.Length is 0 or > LongestBootId)
            throw HelloExpected.ToRpcException();
        if (hello.ProtocolMin > ProtocolLimits.Version || hello.ProtocolMax < ProtocolLimits.Version)
            throw VersionUnsupported.ToRpcException();
        if (hello.Generation != machine.Generation) throw EnrollmentFailures.UnknownIdentity.ToRpcException();
        return Announcements.Check(hello.Services) is { } failure ? throw failure.ToRpcException() : hello;
    }

    /// <summary>Makes the opening durable.</summary>
    /// <exception cref="RpcException">The machine must not have it now, or the database cannot be reached.</exception>
    public async Task<SessionOpened> OpenAsync(AgentConnection connection, Hello hello, CancellationToken call)
    {
        try
        {
            return (await openings.OpenAsync(new SessionOpening(connection.Machine, connection.StreamId, hello, call))).OrThrow();
        }
        catch (DatabaseUnavailableException e)
        {
            throw new Failure(FailureCategory.Unavailable, e.Code, "The manager cannot reach its database now.").ToRpcException();
        }
    }
}
