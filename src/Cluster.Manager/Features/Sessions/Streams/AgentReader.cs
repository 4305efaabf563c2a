using Cluster.Domain.Failures;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Rollouts.Progress;
using Cluster.Manager.Features.Sessions.Contents;
using Cluster.Manager.Features.Sessions.Reports;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Storage.Units;
using Grpc.Core;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>Reads what an agent sends. A heartbeat without news touches no database.</summary>
internal sealed class AgentReader(
    ReportStore reports, ContentRequests contents, StateForkDetector forks, RolloutWakeups wakeups, TimeProvider clock)
{
    private static readonly Failure SecondHello = new(
        FailureCategory.Invalid, AgentCodes.HelloExpected, "Hello comes once, as the first message.");

    private static readonly Failure TooMuch = new(
        FailureCategory.Invalid, AgentCodes.RequestTooLarge, "A content request names at most 1,024 hashes.");

    /// <summary>Reads until the agent or the stream ends.</summary>
    public async Task ReadAsync(AgentConnection connection, IAsyncStreamReader<AgentMessage> stream, CancellationToken ct)
    {
        while (await stream.MoveNext(ct))
        {
            connection.Heard(clock.GetUtcNow());
            if (connection.NewBoot is { } boot && !await IsNotedAsync(connection, boot)) continue;
            switch (stream.Current.MessageCase)
            {
                case AgentMessage.MessageOneofCase.Heartbeat:
                    await BeatAsync(connection, stream.Current.Heartbeat, ct);
                    break;
                case AgentMessage.MessageOneofCase.ContentRequest:
                    await AnswerAsync(connection, stream.Current.ContentRequest, ct);
                    break;
                case AgentMessage.MessageOneofCase.Hello:
                    throw SecondHello.ToRpcException();
                default:
                    // A message that a newer agent may send.
                    break;
            }
        }
    }

    // Before anything of the message is taken or answered: a clone gets no key by its first request.
    private async Task<bool> IsNotedAsync(AgentConnection connection, string boot)
    {
        try
        {
            var stored =
                await reports.StoreAsync(new AgentReport(connection.Machine, connection.StreamNumber, null, 0, null) { BootId = boot });
            if (stored.Fenced)
            {
                connection.End(ConnectionEnd.Fenced);
                return false;
            }

            connection.NewBoot = null;
            if (stored.Block is { } standing) connection.SetBlock(standing, tell: true);
            return true;
        }
        catch (DatabaseUnavailableException)
        {
            // Noted with its next message; what this one asks for needs the database too.
            return true;
        }
    }

    private async Task BeatAsync(AgentConnection connection, Heartbeat beat, CancellationToken ct)
    {
        if (beat.Refusal is { } refusal) connection.Answered((long)refusal.Number);
        if (beat.Assignment is { } held && await forks.AcceptAsync(connection, held, ct)) connection.Answered((long)held.Number);
        var services = beat.Services.Count > 0 ? beat.Services : null;
        if (services is not null && Announcements.Check(services) is { } failure) throw failure.ToRpcException();
        var ordersDone = connection.IsOrdered(beat.OrdersDone) ? beat.OrdersDone : 0;
        if (beat.Status is null && services is null && ordersDone == 0 && beat.TrustSetNumber <= connection.TrustSetNumber) return;
        try
        {
            var stored = await reports.StoreAsync(
                new AgentReport(
                    connection.Machine, connection.StreamNumber, beat.Status, beat.TrustSetNumber, services) { OrdersDone = ordersDone });
            if (stored.Fenced)
            {
                connection.End(ConnectionEnd.Fenced);
                return;
            }

            connection.TrustSetNumber = Math.Max(connection.TrustSetNumber, beat.TrustSetNumber);
            if (ordersDone != 0) connection.Acknowledged(ordersDone);
            if (beat.Status is not null) connection.Echo(stored.Sequence);
            if (services is not null) wakeups.Moved([connection.Machine.MachineId]);
        }
        catch (DatabaseUnavailableException)
        {
            // Not echoed, so the agent says it again; its stream stays open.
        }
    }

    private async Task AnswerAsync(AgentConnection connection, ContentRequest request, CancellationToken ct)
    {
        if (request.Parts.Count + request.Keys.Count > SessionLimits.MaxRequestedHashes) throw TooMuch.ToRpcException();
        try
        {
            await connection.SendAsync(await contents.AnswerAsync(connection, request, ct)).WaitAsync(ct);
        }
        catch (DatabaseUnavailableException e)
        {
            // Without the ledger no key is sent; the agent asks again when it connects again.
            throw new Failure(FailureCategory.Unavailable, e.Code, "The manager cannot reach its database now.").ToRpcException();
        }
    }
}
