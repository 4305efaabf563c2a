using Cluster.Domain.Failures;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Enrollment;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Storage.Units;
using Grpc.Core;

namespace Cluster.Manager.Features.Sessions;

/// <summary>The stream between an agent and this manager.</summary>
internal sealed partial class SessionService(IdentityGate gate, ControlAuthority authority, SessionRegistry registry, SessionWork work, ILogger<SessionService> log)
    : Session.SessionBase
{
    private static readonly Failure HelloExpected = new(FailureCategory.Invalid, "hello-expected", "The first message of a stream is Hello, and it comes once.");
    private static readonly Failure VersionUnsupported = new(FailureCategory.Invalid, "protocol-unsupported", "The agent and the manager have no protocol version in common; upgrade the older one.");
    private static readonly Failure GoingDown = new(FailureCategory.Unavailable, "manager-draining", "This manager is going down; connect again.");

    public override async Task Connect(IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<ManagerMessage> responseStream, ServerCallContext context)
    {
        var machine = (await gate.AuthenticateAsync(context.GetHttpContext().Connection.ClientCertificate, context.CancellationToken)).OrThrow();
        if (machine.Departed)
        {
            await responseStream.WriteAsync(new ManagerMessage { Removal = SessionStart.RemovalOf(authority, machine) }, context.CancellationToken);
            return;
        }

        if (registry.Draining) throw GoingDown.ToRpcException();
        var hello = await ReadHelloAsync(requestStream, machine, context.CancellationToken);
        using var connection = new AgentConnection(machine, work.NewStreamId(), responseStream, work.Now);
        var opened = (await OpenAsync(connection, hello, context.CancellationToken)).OrThrow();
        connection.StreamNumber = opened.Stream;
        connection.NewBoot = opened.NewBoot ? hello.BootId : null;
        registry.Add(connection);
        LogOpened(log, machine.MachineId, machine.Generation);
        try
        {
            connection.Stand(opened.Standing, tell: false);
            await responseStream.WriteAsync(new ManagerMessage { Welcome = work.WelcomeFor(opened, await work.RenewAfterAsync(machine, context.CancellationToken)) }, context.CancellationToken);
            await work.BeginAsync(connection, hello, opened, context.CancellationToken);
            await RunAsync(connection, requestStream, context.CancellationToken);
        }
        finally
        {
            registry.Remove(connection);
            work.Closed(connection);
            LogClosed(log, machine.MachineId);
        }
    }

    private async Task<Outcome<SessionOpened>> OpenAsync(AgentConnection connection, Hello hello, CancellationToken call)
    {
        try
        {
            return await work.Openings.OpenAsync(new SessionOpening(connection.Machine, connection.StreamId, hello, call));
        }
        catch (DatabaseUnavailableException e)
        {
            return new Failure(FailureCategory.Unavailable, e.Code, "The manager cannot reach its database now.");
        }
    }

    private async Task<Hello> ReadHelloAsync(IAsyncStreamReader<AgentMessage> stream, MachinePrincipal machine, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(work.Limits.HelloTimeout);
        if (!await stream.MoveNext(limited.Token) || stream.Current.Hello is not { } hello || hello.BootId.Length is 0 or > 100) throw HelloExpected.ToRpcException();
        if (hello.ProtocolMin > ProtocolLimits.Version || hello.ProtocolMax < ProtocolLimits.Version) throw VersionUnsupported.ToRpcException();
        if (hello.Generation != machine.Generation) throw EnrollmentFailures.UnknownIdentity.ToRpcException();
        return Announcements.Check(hello.Services) is { } failure ? throw failure.ToRpcException() : hello;
    }

    private async Task RunAsync(AgentConnection connection, IAsyncStreamReader<AgentMessage> stream, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pump = connection.PumpAsync(w => work.Catalog.FindAsync(connection.Machine.ClusterId, w.BundleHash), work.Pace, stop.Token);
        var read = work.Reader.ReadAsync(connection, stream, stop.Token);
        var first = await Task.WhenAny(pump, read);
        await stop.CancelAsync();
        await Task.WhenAll(pump, read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (first == pump && pump.IsCompletedSuccessfully && (await pump).Failure is { } failure) throw failure.ToRpcException();
        if (first.Exception?.InnerException is RpcException refused) throw refused;
    }

    [LoggerMessage(
        2201, LogLevel.Information,
        "Stream of machine {MachineId} opened (identity generation {Generation}).",
        EventName = "StreamOpened")]
    private static partial void LogOpened(ILogger log, Guid machineId, int generation);

    [LoggerMessage(2202, LogLevel.Information, "Stream of machine {MachineId} closed.", EventName = "StreamClosed")]
    private static partial void LogClosed(ILogger log, Guid machineId);
}
