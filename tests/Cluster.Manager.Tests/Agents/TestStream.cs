using System.Security.Cryptography;
using System.Threading.Channels;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cluster.Manager.Tests.Agents;

/// <summary>An open stream of a test agent: every message that came is kept in order until somebody takes it.</summary>
internal sealed class TestStream : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = Cluster.Testing.Patience.State;
    private readonly AsyncDuplexStreamingCall<AgentMessage, ManagerMessage> call;
    private readonly Channel<ManagerMessage> inbox = Channel.CreateUnbounded<ManagerMessage>();
    private readonly Task reading;

    public TestStream(AsyncDuplexStreamingCall<AgentMessage, ManagerMessage> call)
    {
        this.call = call;
        reading = ReadAsync();
    }

    /// <summary>How the manager ended the stream; null = OK.</summary>
    public RpcException? Failure { get; private set; }

    /// <summary>Ends when the manager ended the stream.</summary>
    public Task Ended => reading.WaitAsync(Deadline);

    public Task SendAsync(AgentMessage message) => call.RequestStream.WriteAsync(message);

    public Task BeatAsync(StatusVector? status = null, HeldAssignment? held = null, ulong ordersDone = 0) =>
        SendAsync(new AgentMessage { Heartbeat = new Heartbeat { Status = status, Assignment = held, OrdersDone = ordersDone } });

    /// <summary>Takes messages until one fits; others are dropped.</summary>
    public async Task<T> NextAsync<T>(Func<ManagerMessage, T?> pick)
        where T : class
    {
        using var limit = new CancellationTokenSource(Deadline);
        await foreach (var message in inbox.Reader.ReadAllAsync(limit.Token))
        {
            if (pick(message) is { } found) return found;
        }

        throw new InvalidOperationException($"The stream ended: {Failure?.Status}");
    }

    public Task<Welcome> WelcomeAsync() => NextAsync(m => m.Welcome);

    /// <summary>Waits for the welcome and answers it with a status, until that is durable.</summary>
    public async Task SpokenAsync(ulong sequence)
    {
        await WelcomeAsync();
        await BeatAsync(SessionTests.Status(sequence));
        await NextAsync(m => m.StatusEcho);
    }

    /// <summary>The next offer, with its assignment read.</summary>
    public async Task<(Offer Offer, Assignment Assignment)> OfferAsync()
    {
        var offer = await NextAsync(m => m.Offer);
        return (offer, Assignment.Parser.ParseFrom(offer.Assignment.Statement));
    }

    /// <summary>Takes the next offer and says that it is held.</summary>
    public async Task<Assignment> TakeAsync()
    {
        var (offer, assignment) = await OfferAsync();
        await BeatAsync(held: Held(offer, assignment));
        return assignment;
    }

    public static HeldAssignment Held(Offer offer, Assignment assignment) => new()
    {
        Epoch = assignment.Epoch, EpochId = assignment.EpochId, Number = assignment.Number, AssignmentSha256 = ByteString.CopyFrom(
            SHA256.HashData(offer.Assignment.Statement.Span)),
    };

    /// <summary>Whether a message of a kind has come and waits.</summary>
    public bool HasWaiting(ManagerMessage.MessageOneofCase kind) => inbox.Reader.TryPeek(out var next) && next.MessageCase == kind;

    public async Task<Content> AskAsync(IEnumerable<ByteString> parts, IEnumerable<ByteString> keys)
    {
        await SendAsync(new AgentMessage { ContentRequest = new ContentRequest { Parts = { parts }, Keys = { keys } } });
        return await NextAsync(m => m.Content);
    }

    public async ValueTask DisposeAsync()
    {
        call.Dispose();
        await reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync()) inbox.Writer.TryWrite(message);
        }
        catch (RpcException e)
        {
            Failure = e;
        }
        catch (ObjectDisposedException)
        {
            // The test ended the call between two messages.
        }

        inbox.Writer.TryComplete();
    }
}
