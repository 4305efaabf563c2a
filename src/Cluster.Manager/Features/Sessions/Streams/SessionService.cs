using Cluster.Domain.Failures;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Sessions.Push;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Grpc.Core;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>The stream between an agent and this manager.</summary>
internal sealed partial class SessionService(
    StreamHandshake handshake,
    RemovalOrder removal,
    WelcomeMessage welcome,
    OpenStreams streams,
    StreamExchange exchange,
    TimeProvider clock,
    ILogger<SessionService> log)
    : Session.SessionBase
{
    private static readonly Failure GoingDown = new(
        FailureCategory.Unavailable, AgentCodes.ManagerDraining, "This manager is going down; connect again.");

    public override async Task Connect(
        IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<ManagerMessage> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var machine = await handshake.AuthenticateAsync(context);
        if (machine.Departed)
        {
            await responseStream.WriteAsync(new ManagerMessage { Removal = removal.For(machine) }, ct);
            return;
        }

        if (streams.Draining) throw GoingDown.ToRpcException();
        var hello = await handshake.ReadHelloAsync(requestStream, machine, ct);
        // The id only tells streams apart; which of two is newer, its number says.
        using var connection = new AgentConnection(machine, Guid.CreateVersion7(clock.GetUtcNow()), responseStream, clock.GetUtcNow());
        var opened = await handshake.OpenAsync(connection, hello, ct);
        connection.StreamNumber = opened.Stream;
        connection.NewBoot = opened.NewBoot ? hello.BootId : null;
        streams.Add(connection);
        LogOpened(log, machine.MachineId, machine.Generation);
        try
        {
            connection.SetBlock(opened.Block, tell: false);
            await responseStream.WriteAsync(await welcome.MakeAsync(machine, opened, ct), ct);
            await streams.BeginAsync(connection, hello, opened, ct);
            await exchange.RunAsync(connection, requestStream, ct);
        }
        finally
        {
            streams.End(connection);
            LogClosed(log, machine.MachineId);
        }
    }

    [LoggerMessage(
        2201, LogLevel.Information,
        "Stream of machine {MachineId} opened (identity generation {Generation}).",
        EventName = "StreamOpened")]
    private static partial void LogOpened(ILogger log, Guid machineId, int generation);

    [LoggerMessage(2202, LogLevel.Information, "Stream of machine {MachineId} closed.", EventName = "StreamClosed")]
    private static partial void LogClosed(ILogger log, Guid machineId);
}
