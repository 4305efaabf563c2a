using Cluster.Agent.Enrollment;
using Cluster.Agent.Link;
using Cluster.Agent.Programs;
using Cluster.Agent.State;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.Agent.Session;

/// <summary>One open stream to a manager: Hello, Welcome, then heartbeats and what the apply process has to say.</summary>
internal sealed class ManagerStream(GrpcChannel channel, string address, SessionContext context, SessionFeed feed)
{
    private static readonly TimeSpan WelcomePatience = TimeSpan.FromSeconds(45);
    private readonly TimeProvider clock = context.Clock;
    private ulong echoed;
    private long? welcomedAt;
    private Heartbeat? sent;
    private DateTimeOffset renewAt;
    private TimeSpan heartbeat = TimeSpan.FromSeconds(30);
    private StreamOutcome? outcome;

    /// <summary>Runs it to its end; a value tells how it ended.</summary>
    public async Task<StreamOutcome> RunAsync(Identity identity, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var talking = Task.CompletedTask;
        try
        {
            using var call = new Protocol.V1.Session.SessionClient(channel).Connect(cancellationToken: ending.Token);
            feed.DropMessages();
            await call.RequestStream.WriteAsync(new AgentMessage { Hello = Hello(identity) }, ending.Token);
            using (var patience = new CancellationTokenSource(WelcomePatience, clock))
            await using (patience.Token.Register(ending.Cancel))
            {
                if (!await call.ResponseStream.MoveNext(ending.Token)) return Ended("The manager closed the stream.");
            }

            await TakeAsync(call.ResponseStream.Current, identity, ending.Token);
            if (outcome is not null) return outcome;
            talking = TalkAsync(call.RequestStream, identity, ending);
            while (outcome is null
                && await call.ResponseStream.MoveNext(ending.Token)) await TakeAsync(call.ResponseStream.Current, identity, ending.Token);
            return outcome ?? Ended("The manager closed the stream.");
        }
        catch (RpcException e)
        {
            return outcome ?? Refusal(e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return outcome ?? Ended(welcomedAt is null ? "The manager did not say welcome in time." : "The stream was given up.");
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return outcome ?? Ended(e.Message);
        }
        finally
        {
            await ending.CancelAsync();
            await talking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Hello Hello(Identity identity)
    {
        var state = feed.State;
        var hello = new Hello
        {
            ProtocolMin = ProtocolLimits.Version,
            ProtocolMax = ProtocolLimits.Version,
            AgentVersion = AgentVersion.Text,
            Platform = AgentVersion.Platform,
            BootId = context.BootId,
            Generation = identity.Generation,
            Status = state.Status,
            TrustSetNumber = state.TrustSetNumber,
            Assignment = state.Assignment,
            OrdersDone = state.OrdersDone,
        };
        hello.Services.AddRange(state.Services);
        sent = state;
        return hello;
    }

    private async Task TakeAsync(ManagerMessage message, Identity identity, CancellationToken ct)
    {
        switch (message.MessageCase)
        {
            case ManagerMessage.MessageOneofCase.Welcome: await WelcomeAsync(message.Welcome, identity, ct); break;
            case ManagerMessage.MessageOneofCase.StatusEcho: echoed = Math.Max(echoed, message.StatusEcho.Sequence); break;
            case ManagerMessage.MessageOneofCase.Notice: await context.ReportAsync(r => WithNotice(r, message.Notice)); break;
            case ManagerMessage.MessageOneofCase.TrustSet: context.TakeTrust(message.TrustSet); break;
            case ManagerMessage.MessageOneofCase.Removal: outcome = new StreamOutcome(
                StreamEnd.Removed, Lasted, "The manager ordered the host to leave."); break;
            case ManagerMessage.MessageOneofCase.Drain:
                outcome = new StreamOutcome(
                    StreamEnd.Drained, Lasted, "The manager asks to reconnect.", TimeSpan.FromSeconds(message.Drain.RetryAfterSeconds));
                break;
            default: break;
        }

        await context.Link.WriteAsync(LinkFrameKind.FromManager, message.ToByteArray(), ct);
    }

    private async Task WelcomeAsync(Welcome welcome, Identity identity, CancellationToken ct)
    {
        welcomedAt = clock.GetTimestamp();
        context.Welcomed(identity, address, DateTimeOffset.FromUnixTimeMilliseconds(welcome.ManagerTime));
        heartbeat = TimeSpan.FromSeconds(Math.Clamp(welcome.HeartbeatSeconds, 1, 3600));
        context.Spread = TimeSpan.FromSeconds(Math.Min(welcome.ReconnectSpreadSeconds, 600));
        echoed = Math.Max(echoed, welcome.StatusSequence);
        var leaf = identity.Leaf();
        DateTimeOffset? directed = welcome.RenewAfter > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(welcome.RenewAfter) : null;
        renewAt = IdentityNeeds.RenewAt(leaf.NotBefore, leaf.NotAfter, context.RenewalJitter, directed);
        await context.ReportAsync(
            r => WithNotice(r, welcome.Notice) with
            {
                Connected = true,
                Manager = address,
                Problem = "",
                Since = clock.GetUtcNow(),
                ClockSkewSeconds = context.ClockSkew.TotalSeconds
            });
        Memory.GiveBack();
        ct.ThrowIfCancellationRequested();
    }

    private async Task TalkAsync(IClientStreamWriter<AgentMessage> stream, Identity identity, CancellationTokenSource ending)
    {
        try
        {
            // The first one at once: it answers Welcome, and so shows that this process lives and did not just leave a Hello behind.
            await stream.WriteAsync(new AgentMessage { Heartbeat = Beat(feed.State) }, ending.Token);
            var beat = clock.GetTimestamp();
            while (!ending.IsCancellationRequested)
            {
                var news = feed.NewsAsync();
                while (feed.NextMessage() is { } message) await stream.WriteAsync(message, ending.Token);
                var state = feed.State;
                if (!state.Equals(sent) || clock.GetElapsedTime(beat) >= heartbeat)
                {
                    await stream.WriteAsync(new AgentMessage { Heartbeat = Beat(state) }, ending.Token);
                    sent = state;
                    beat = clock.GetTimestamp();
                }

                if (context.ManagerNow >= renewAt && await RenewAsync(identity, ending)) return;
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                await Task.WhenAny(news, Task.Delay(NextPause(beat), clock, pause.Token));
                await pause.CancelAsync();
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // The reading side meets the same end and tells it.
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            // A stream on which nobody talks must not look healthy, whatever the reason is.
            outcome ??= Ended(e.Message);
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    private TimeSpan NextPause(long beat)
    {
        var untilBeat = heartbeat - clock.GetElapsedTime(beat);
        var untilRenewal = renewAt - context.ManagerNow;
        var pause = untilBeat < untilRenewal ? untilBeat : untilRenewal;
        return pause < TimeSpan.FromMilliseconds(50) ? TimeSpan.FromMilliseconds(50) : pause;
    }

    private Heartbeat Beat(Heartbeat state)
    {
        var beat = new Heartbeat
        {
            TrustSetNumber = state.TrustSetNumber,
            Assignment = state.Assignment?.Clone(),
            OrdersDone = state.OrdersDone
        };

        // Hello gave the proof; each beat would cost its bytes again.
        if (beat.Assignment is { } held) held.Statement = null;
        if (state.Status.Sequence > echoed) beat.Status = state.Status;
        if (!state.Services.Equals(sent!.Services)) beat.Services.AddRange(state.Services);
        return beat;
    }

    // A failure costs nothing: the identity in use stays, and it is asked for again, with the same key, after a while.
    private async Task<bool> RenewAsync(Identity identity, CancellationTokenSource ending)
    {
        var renewal = await context.Renewing.RenewAsync(channel, identity, address, ending.Token);
        if (!renewal.Succeeded)
        {
            await context.ReportAsync(r => r with { Problem = $"The identity could not be renewed: {renewal.Failure.Message}" });
            renewAt = context.ManagerNow + SessionContext.RenewalPause;
            return false;
        }

        try
        {
            context.Identities.SaveNext(renewal.Value.Identity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.ReportAsync(r => r with { Problem = $"The renewed identity could not be stored: {e.Message}" });
            renewAt = context.ManagerNow + SessionContext.RenewalPause;
            return false;
        }

        outcome = new StreamOutcome(StreamEnd.Renewed, Lasted, "");
        await ending.CancelAsync();
        return true;
    }

    private TimeSpan Lasted => welcomedAt is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    private StreamOutcome Ended(string problem) => new(StreamEnd.Broken, Lasted, problem);

    private StreamOutcome Refusal(RpcException e)
    {
        var failure = EnrollmentFailure.Of(e, address);
        var refused = welcomedAt is null && e.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied;
        return new StreamOutcome(refused ? StreamEnd.Refused : StreamEnd.Broken, Lasted, failure.Message);
    }

    private static SessionReport WithNotice(SessionReport report, Notice? notice) => report with
    {
        Pending = notice?.Pending ?? false,
        Disconnected = notice?.Disconnected ?? false,
        Quarantined = notice?.Quarantined ?? false,
    };
}
