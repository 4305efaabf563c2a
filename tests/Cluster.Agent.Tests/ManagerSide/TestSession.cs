using System.Threading.Channels;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cluster.Agent.Tests.ManagerSide;

/// <summary>The manager's end of one stream.</summary>
public sealed class TestSession(TestFleet fleet) : Protocol.V1.Session.SessionBase
{
    public override async Task Connect(
        IAsyncStreamReader<AgentMessage> requests, IServerStreamWriter<ManagerMessage> responses, ServerCallContext context)
    {
        using var drop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        if (!await requests.MoveNext(drop.Token)) return;
        fleet.Calls.Enqueue("connect");
        if (fleet.RefuseSessionsWith.Length > 0) throw TestEnrollment.Refuse(StatusCode.Unauthenticated, fleet.RefuseSessionsWith);
        var hello = requests.Current.Hello;
        fleet.LastHello = hello;
        Take(hello.Status, hello.Assignment, hello.TrustSetNumber);
        fleet.OrdersDone = hello.OrdersDone;
        var outbox = Channel.CreateUnbounded<ManagerMessage>();
        using var open = fleet.Open(outbox, drop);
        outbox.Writer.TryWrite(new ManagerMessage
        {
            Welcome = new Welcome
            {
                Protocol = 1,
                HeartbeatSeconds = fleet.HeartbeatSeconds,
                ManagerTime = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                StatusSequence = hello.Status.Sequence,
                RenewAfter = hello.Generation == 1 ? fleet.RenewAfter : 0,
            },
        });
        if (fleet.Wanted is { } wanted
            && (hello.Assignment is null || hello.Assignment.Number < Assignment.Parser.ParseFrom(wanted.Assignment.Statement).Number))
        {
            outbox.Writer.TryWrite(new ManagerMessage { Offer = wanted });
        }

        var writing = WriteAsync(outbox, responses, drop.Token);
        try
        {
            while (await requests.MoveNext(drop.Token)) Take(requests.Current, outbox);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or RpcException)
        {
            context.GetHttpContext().Abort();
        }

        await drop.CancelAsync();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task WriteAsync(
        Channel<ManagerMessage> outbox, IServerStreamWriter<ManagerMessage> responses, CancellationToken cancellation)
    {
        await foreach (var message in outbox.Reader.ReadAllAsync(cancellation)) await responses.WriteAsync(message, cancellation);
    }

    private void Take(AgentMessage message, Channel<ManagerMessage> outbox)
    {
        if (message.Heartbeat is { } beat)
        {
            if (beat.Refusal is { } refusal) fleet.Refusals.Enqueue(refusal);
            else Take(beat.Status, beat.Assignment, beat.TrustSetNumber);
            fleet.OrdersDone = beat.OrdersDone;
            if (beat.Status is { } status)
                outbox.Writer.TryWrite(new ManagerMessage { StatusEcho = new StatusEcho { Sequence = status.Sequence } });
        }

        if (message.ContentRequest is { } request) outbox.Writer.TryWrite(new ManagerMessage { Content = Answer(request) });
    }

    private void Take(StatusVector? status, HeldAssignment? held, ulong trust)
    {
        if (status is not null && (fleet.Status is null || status.Sequence >= fleet.Status.Sequence)) fleet.Status = status;
        fleet.Held = held;
        fleet.TrustNumberHeld = trust;
    }

    private Content Answer(ContentRequest request)
    {
        fleet.Calls.Enqueue($"content {request.Parts.Count} {request.Keys.Count}");
        var content = new Content();
        foreach (var hash in request.Parts)
        {
            if (!fleet.Parts.TryGetValue(Convert.ToHexStringLower(hash.Span), out var part)) content.Refused.Add(hash);
            else content.Parts.Add(
                new Part { Sha256 = hash, Content = ByteString.CopyFrom(fleet.CorruptContent ? [.. part, (byte)' '] : part) });
        }

        foreach (var hash in request.Keys)
        {
            if (fleet.RefuseKeys || !fleet.Keys.TryGetValue(Convert.ToHexStringLower(hash.Span), out var key)) content.Refused.Add(hash);
            else content.Keys.Add(new PrivateKey { PublicKeySha256 = hash, Pkcs8 = ByteString.CopyFrom(key) });
        }

        return content;
    }
}
