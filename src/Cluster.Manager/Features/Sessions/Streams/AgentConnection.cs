using Cluster.Domain.Failures;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Manager.Features.Sessions.Contents;
using Cluster.Manager.Features.Sessions.Push;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Grpc.Core;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>
/// One open stream. It has one writer; what is to be sent waits in slots, not in a queue: a newer assignment, notice or echo
/// replaces the one that was not sent yet, so a slow agent costs no memory and delays nobody. At most one offer is without an answer.
/// </summary>
internal sealed class AgentConnection(
    MachinePrincipal machine, Guid streamId, IServerStreamWriter<ManagerMessage> stream, DateTimeOffset openedAt) : IDisposable
{
    private const int MostSuperseded = 8;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private bool closed;
    private ConnectionEnd? end;
    private Notice? notice;
    private ulong? echo;
    private SignedTrustSet? trustSet;
    private Command? command;
    private ulong ordered;
    private ulong acknowledged;
    private ContentReply? reply;
    private WantedAssignment? wanted;
    private IReadOnlyList<string> superseded = [];
    private PushBlock block;
    private long offered;
    private long answered;
    private DateTimeOffset offeredAt;
    private long lastMessage = openedAt.UtcTicks;

    public MachinePrincipal Machine => machine;

    public Guid StreamId => streamId;

    /// <summary>Number of the stream among all of its machine; set when the opening is durable.</summary>
    public long StreamNumber { get; set; }

    /// <summary>
    /// The process behind it, as long as it has not been noted that it is another one than before; null = nothing is to be noted.
    /// </summary>
    public string? NewBoot { get; set; }

    public DateTimeOffset OpenedAt => openedAt;

    /// <summary>When its last message came.</summary>
    public DateTimeOffset LastMessage => new(Interlocked.Read(ref lastMessage), TimeSpan.Zero);

    /// <summary>The newest assignment that the machine should have; null = none, or not known yet.</summary>
    public WantedAssignment? Wanted
    {
        get
        {
            lock (gate) return wanted;
        }
    }

    /// <summary>Newest trust set that the agent said it has stored.</summary>
    public ulong TrustSetNumber { get; set; }

    /// <summary>What keeps it from getting anything.</summary>
    public PushBlock Block
    {
        get
        {
            lock (gate) return block;
        }
    }

    /// <summary>Notes that a message came.</summary>
    public void Heard(DateTimeOffset now) => Interlocked.Exchange(ref lastMessage, now.UtcTicks);

    /// <summary>Sets the newest assignment; older ones are ignored.</summary>
    public void Want(WantedAssignment assignment) => Set(() =>
    {
        if (wanted is not null && assignment.Number <= wanted.Number) return;
        if (wanted is not null) superseded = [wanted.BundleHash, .. superseded.Where(h => h != wanted.BundleHash).Take(MostSuperseded - 1)];
        wanted = assignment;
    });

    /// <summary>Bundles that it should have had earlier on this stream: what they name is no longer given, but was its own.</summary>
    public IReadOnlyList<string> Superseded
    {
        get
        {
            lock (gate) return superseded;
        }
    }

    /// <summary>Sets what keeps the machine from getting anything, and tells it when that changed.</summary>
    public void SetBlock(PushBlock now, bool tell = true) => Set(() =>
    {
        if (tell && block.ToNotice() is var before && !before.Equals(now.ToNotice())) notice = now.ToNotice();
        block = now;
    });

    /// <summary>Tells which status is durable.</summary>
    public void Echo(ulong sequence) => Set(() => echo = sequence);

    /// <summary>Hands over a newer trust set.</summary>
    public void Trust(SignedTrustSet set) => Set(() => trustSet = set);

    /// <summary>Hands over what administrators ordered, once on this stream; the newest replaces one that was not sent yet.</summary>
    public void Order(Command wanted) => Set(() =>
    {
        if (wanted.Id == ordered || wanted.Id == acknowledged) return;
        ordered = wanted.Id;
        command = wanted;
    });

    /// <summary>Whether an acknowledgement is one that waits to be stored.</summary>
    public bool IsOrdered(ulong id)
    {
        lock (gate) return id != 0 && id == ordered;
    }

    /// <summary>An acknowledgement is stored.</summary>
    public void Acknowledged(ulong id) => Set(() =>
    {
        acknowledged = id;
        if (ordered == id) ordered = 0;
    });

    /// <summary>
    /// Sends content that the agent asked for; ends when it was written. The reader waits for it, so there is one at a time.
    /// </summary>
    public Task SendAsync(ContentReply content)
    {
        Set(() => reply = content);
        return content.Sent.Task;
    }

    /// <summary>Ends the stream, with a last message or a status; the first end counts.</summary>
    public void End(ConnectionEnd how) => Set(() => end ??= how);

    /// <summary>Notes which assignment the agent holds, or refused; the next offer may go.</summary>
    public void Answered(long number) => Set(() => answered = Math.Max(answered, number));

    /// <summary>Has the writer look again when an answer is overdue and something newer waits.</summary>
    public void Nudge(DateTimeOffset now, TimeSpan timeout)
    {
        lock (gate)
        {
            if (!closed && offered > answered && wanted?.Number > offered && now - offeredAt >= timeout && wake.CurrentCount == 0)
                wake.Release();
        }
    }

    /// <summary>Writes until the stream ends; returns why, or null when the agent went away.</summary>
    /// <param name="bundles">Gives the bytes of a bundle.</param>
    /// <param name="pace">Limits and clock.</param>
    /// <param name="ct">Ends with the call.</param>
    public async Task<ConnectionEnd> PumpAsync(Func<WantedAssignment, Task<BundleContent?>> bundles, SendingPace pace, CancellationToken ct)
    {
        while (true)
        {
            await wake.WaitAsync(ct);
            while (Next(pace) is { } next)
            {
                if (next.End is { } how)
                {
                    if (how.Last is not null) await pace.WriteAsync(stream, how.Last, ct);
                    return how;
                }

                await WriteAsync(next, bundles, pace, ct);
            }
        }
    }

    /// <summary>Those who still hold the connection may go on to set things; nobody looks at them any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            reply?.Sent.TrySetCanceled();
            wake.Dispose();
        }
    }

    private async Task WriteAsync(
        NextMessage next, Func<WantedAssignment, Task<BundleContent?>> bundles, SendingPace pace, CancellationToken ct)
    {
        if (next.Reply is { } content)
        {
            await content.WriteAsync(message => pace.WriteAsync(stream, message, ct));
        }
        else if (next.Offer is { } assignment)
        {
            if (await bundles(assignment) is not { } bundle) return;
            using var lease = await pace.Budget.ReserveAsync(bundle.Bundle.Length, ct);
            await pace.WriteAsync(stream, assignment.ToOffer(bundle.Bundle), ct);
        }
        else
        {
            await pace.WriteAsync(stream, next.Message!, ct);
        }
    }

    private NextMessage? Next(SendingPace pace)
    {
        lock (gate)
        {
            if (end is not null) return new NextMessage(End: end);
            if (notice is { } standingNotice) return Take(ref notice, new NextMessage(new ManagerMessage { Notice = standingNotice }));
            if (echo is { } sequence)
                return Take(ref echo, new NextMessage(new ManagerMessage { StatusEcho = new StatusEcho { Sequence = sequence } }));
            if (trustSet is { } set) return Take(ref trustSet, new NextMessage(new ManagerMessage { TrustSet = set }));
            if (command is { } order) return Take(ref command, new NextMessage(new ManagerMessage { Command = order }));
            if (reply is { } content) return Take(ref reply, new NextMessage(Reply: content));
            return NextOffer(pace.Now, pace.OfferTimeout);
        }
    }

    private NextMessage? NextOffer(DateTimeOffset now, TimeSpan timeout)
    {
        if (wanted is null || !block.MayPush || wanted.Number <= answered || wanted.Number <= offered) return null;
        if (offered > answered && now - offeredAt < timeout) return null;
        offered = wanted.Number;
        offeredAt = now;
        return new NextMessage(Offer: wanted);
    }

    private static NextMessage Take<T>(ref T? slot, NextMessage message)
    {
        slot = default;
        return message;
    }

    private void Set(Action change)
    {
        lock (gate)
        {
            if (closed) return;
            change();
            if (wake.CurrentCount == 0) wake.Release();
        }
    }

    private readonly record struct NextMessage(
        ManagerMessage? Message = null, WantedAssignment? Offer = null, ContentReply? Reply = null, ConnectionEnd? End = null);
}

/// <summary>How a manager ends a stream: with a last message, with a status, or both.</summary>
/// <param name="Last">Last message; null = none.</param>
/// <param name="Failure">Status; null = OK.</param>
internal sealed record ConnectionEnd(ManagerMessage? Last, Failure? Failure)
{
    /// <summary>Another stream of the same machine is newer.</summary>
    public static readonly ConnectionEnd Fenced = new(
        null, new Failure(FailureCategory.Conflict, AgentCodes.StreamFenced, "This machine opened a newer stream."));

    /// <summary>The agent should connect again, elsewhere or later.</summary>
    public static ConnectionEnd Drain(uint retryAfterSeconds) =>
        new(new ManagerMessage { Drain = new Drain { RetryAfterSeconds = retryAfterSeconds } }, null);

    /// <summary>The machine was taken out of its cluster.</summary>
    public static ConnectionEnd Removed(SignedRemoval removal) => new(new ManagerMessage { Removal = removal }, null);
}
