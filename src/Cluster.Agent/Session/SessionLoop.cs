using System.Text.Json;
using Cluster.Agent.Enrollment;
using Cluster.Agent.Link;
using Cluster.Agent.State;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Session;

/// <summary>
/// The unprivileged process: keeps one stream open to one of the managers, renews and recovers the identity. Ends when the apply
/// process does.
/// </summary>
internal sealed partial class SessionLoop(SessionContext context, SessionFeed feed, ILogger log)
{
    private static readonly TimeSpan StatePause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UnknownClock = TimeSpan.FromDays(2);
    private const int RefusalsBeforeOlder = 3;
    private const int FailuresBeforeRecovery = 4;
    private readonly Backoff backoff = new();
    private int addressIndex;
    private int refusalsOfNext;
    private int silentFailures;
    private bool stillValid;

    /// <summary>Runs until the apply process has gone.</summary>
    public async Task RunAsync()
    {
        using var ending = new CancellationTokenSource();
        var connecting = ConnectAsync(ending.Token);
        while (await context.Link.ReadAsync(ending.Token) is { } frame)
        {
            switch (frame.Kind)
            {
                case LinkFrameKind.State: feed.Take(Heartbeat.Parser.ParseFrom(frame.Payload.Span)); break;
                case LinkFrameKind.ToManager: feed.Take(AgentMessage.Parser.ParseFrom(frame.Payload.Span)); break;
                case LinkFrameKind.Leave: await LeaveAsync(ending.Token); break;
                default: break;
            }
        }

        await ending.CancelAsync();
        await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ConnectAsync(CancellationToken ct)
    {
        await feed.Ready.WaitAsync(ct);
        while (!ct.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await ConnectOnceAsync(ct);
            }
            catch (DamagedStateException e)
            {
                StateUnreadable(log, e.Message);
                await context.ReportAsync(r => r with { Connected = false, Problem = e.Message, Since = context.Clock.GetUtcNow() });
                pause = StatePause;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whatever one connection meets (a system call, a malformed answer), the next one is tried; the services do not
                // depend on it.
                ConnectionFailed(log, e);
                await context.ReportAsync(r => r with { Connected = false, Problem = e.Message, Since = context.Clock.GetUtcNow() });
                pause = backoff.Next(TimeSpan.Zero);
            }

            await Task.Delay(pause, context.Clock, ct);
        }
    }

    private async Task<TimeSpan> ConnectOnceAsync(CancellationToken ct)
    {
        if (IdentityToUse() is not { } identity)
        {
            await context.ReportAsync(
                r => r with { Connected = false, Problem = "The host is in no cluster.", Since = context.Clock.GetUtcNow() });
            return StatePause;
        }

        var trust = context.LoadTrust();
        var addresses = context.Addresses(identity);
        var address = addresses[addressIndex % addresses.Count];
        var leaf = identity.Leaf();
        await context.ReportAsync(r => r with { Manager = address, Generation = identity.Generation, IdentityExpires = leaf.NotAfter });
        var need = IdentityNeeds.Of(leaf.NotBefore, leaf.NotAfter, context.ManagerNow, context.RenewalJitter, directed: null);
        if (need == IdentityNeed.Recover ? !stillValid : MayHaveExpired(leaf.NotAfter)) return await RecoverAsync(identity, address, ct);

        using var channel = ManagerChannel.Open(
            address, trust.Content.Roots.Select(r => r.Memory), trust.Content.Issuers.Select(i => i.Memory), context.ManagerNow, identity);
        var outcome = await new ManagerStream(channel, address, context, feed).RunAsync(identity, ct);
        // A stream that ended because the agent stops is no failure of the manager's.
        ct.ThrowIfCancellationRequested();
        return await AfterAsync(outcome, identity);
    }

    private async Task<TimeSpan> AfterAsync(StreamOutcome outcome, Identity identity)
    {
        if (outcome.End == StreamEnd.Renewed)
        {
            IdentityRenewed(log, identity.Generation + 1);
            return TimeSpan.Zero;
        }

        stillValid = false;
        silentFailures = outcome.Lasted == TimeSpan.Zero ? silentFailures + 1 : 0;
        StreamEnded(log, outcome.Problem);
        await context.ReportAsync(r => r with { Connected = false, Problem = outcome.Problem, Since = context.Clock.GetUtcNow() });
        if (outcome.Lasted == TimeSpan.Zero) addressIndex++;
        // Of a manager that may have died, the others are asked first.
        else addressIndex = outcome.End == StreamEnd.Broken ? 1 : 0;
        if (outcome.End == StreamEnd.Refused && ReadableNext()?.Generation == identity.Generation) refusalsOfNext++;
        if (outcome.RetryAfter is { } asked) return asked + backoff.Spread(context.Spread);
        return outcome.Lasted > TimeSpan.Zero && context.Spread > TimeSpan.Zero
            ? backoff.Next(outcome.Lasted) + backoff.Spread(context.Spread)
            : backoff.Next(outcome.Lasted);
    }

    // A renewed identity is used until a manager welcomes it. One that was refused again and again (a manager restored from
    // before the renewal) gives way to the older one, which is still valid then, once in a while.
    private Identity? IdentityToUse()
    {
        var current = context.Identities.Current();
        var next = ReadableNext();
        if (next is null || current is null) return next ?? current;
        return refusalsOfNext > 0 && refusalsOfNext % (RefusalsBeforeOlder + 1) == RefusalsBeforeOlder ? CountOlder(current) : next;
    }

    // A damaged renewed identity must not keep the host from using the one that it was to replace.
    private Identity? ReadableNext()
    {
        try
        {
            return context.Identities.Next();
        }
        catch (DamagedStateException e)
        {
            StateUnreadable(log, e.Message);
            return null;
        }
    }

    private Identity CountOlder(Identity current)
    {
        refusalsOfNext++;
        return current;
    }

    // A host whose clock is behind believes in an identity that managers no longer accept; near its end recovery is tried now and then.
    private bool MayHaveExpired(DateTimeOffset notAfter) =>
        !stillValid && silentFailures > 0 && silentFailures % FailuresBeforeRecovery == 0 && context.ManagerNow + UnknownClock >= notAfter;

    private async Task<TimeSpan> RecoverAsync(Identity identity, string address, CancellationToken ct)
    {
        var recovered = await context.Renewing.RecoverAsync(address, context.LoadTrust(), identity, context.ManagerNow, ct);
        if (recovered.Succeeded)
        {
            context.Identities.SaveNext(recovered.Value.Identity);
            IdentityRecovered(log, recovered.Value.Identity.Generation);
            return TimeSpan.Zero;
        }

        addressIndex++;
        silentFailures++;
        stillValid = recovered.Failure.Code == AgentCodes.IdentityStillValid;
        if (stillValid) return TimeSpan.Zero;
        StreamEnded(log, recovered.Failure.Message);
        await context.ReportAsync(
            r => r with
            {
                Connected = false,
                Problem = $"The identity has expired and could not be recovered: {recovered.Failure.Message}",
                Since = context.Clock.GetUtcNow()
            });
        return backoff.Next(TimeSpan.Zero);
    }

    private async Task LeaveAsync(CancellationToken ct)
    {
        LeaveReply answer;
        try
        {
            // Over a connection of its own: the order to leave that it brings about ends the open stream, and must not end this call.
            answer = IdentityToUse() is { } identity ? await Leaving.TellAnyAsync(identity, context.LoadTrust(), context.Clock, ct)
                : new LeaveReply(false, "The host is in no cluster.");
        }
        catch (Exception e) when (e is DamagedStateException or ObjectDisposedException or InvalidOperationException)
        {
            answer = new LeaveReply(false, e.Message);
        }

        await context.Link.WriteAsync(
            LinkFrameKind.LeaveReply, JsonSerializer.SerializeToUtf8Bytes(answer, AgentJson.Default.LeaveReply), ct);
    }

    [LoggerMessage(3101, LogLevel.Warning, "No stream: {Problem}", EventName = "StreamFailed")]
    private static partial void StreamEnded(ILogger log, string problem);

    [LoggerMessage(3102, LogLevel.Information, "The identity was renewed; generation {Generation}.", EventName = "IdentityRenewed")]
    private static partial void IdentityRenewed(ILogger log, uint generation);

    [LoggerMessage(
        3103, LogLevel.Warning,
        "The identity had expired and was recovered; generation {Generation}.",
        EventName = "IdentityRecovered")]
    private static partial void IdentityRecovered(ILogger log, uint generation);

    [LoggerMessage(
        3104, LogLevel.Error,
        "The session's state cannot be read; services go on: {Problem}",
        EventName = "SessionStateUnreadable")]
    private static partial void StateUnreadable(ILogger log, string problem);

    [LoggerMessage(3105, LogLevel.Error, "A connection failed unexpectedly.", EventName = "ConnectionFailed")]
    private static partial void ConnectionFailed(ILogger log, Exception e);
}
