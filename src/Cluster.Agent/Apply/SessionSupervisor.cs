using System.Diagnostics;
using System.Text.Json;
using Cluster.Agent.Link;
using Cluster.Agent.Programs;
using Cluster.Agent.Session;
using Cluster.Agent.State;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>Starts the session process, restarts it when it ends, and carries frames between it and this process.</summary>
internal sealed partial class SessionSupervisor(StateDirectory directory, string? sessionUser, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(60);
    private TaskCompletionSource<LeaveReply>? leaving;
    private volatile SessionOutbox? outbox;

    /// <summary>How the session process is started; else than this program itself only where what it does is made up.</summary>
    public Func<ProcessStartInfo> Program { get; init; } =
        () => OwnProgram.Start(SessionProcess.Verb, directory.Root, OwnProgram.UserArgument(sessionUser));

    /// <summary>Takes every message of the manager; the next frame is read when it has ended.</summary>
    public Func<ManagerMessage, CancellationToken, ValueTask>? FromManager { get; set; }

    /// <summary>Raised when the session process says how it stands.</summary>
    public event Action<SessionReport>? Reported;

    /// <summary>Raised when a session process is ready for the state.</summary>
    public event Action? Started;

    public async Task RunAsync(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var started = clock.GetTimestamp();
            var problem = await RunOnceAsync(ct);
            if (ct.IsCancellationRequested) return;
            failures = clock.GetElapsedTime(started) >= Healthy ? 1 : failures + 1;
            SessionEnded(log, problem);
            Reported?.Invoke(new SessionReport { Connected = false, Problem = problem, Since = clock.GetUtcNow() });
            var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 100 * Math.Pow(2, Math.Min(failures, 12))));
            await Task.Delay(pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends the whole state; dropped while there is no session process.</summary>
    public void SendState(Heartbeat state) => outbox?.PutState(state.ToByteArray());

    /// <summary>Sends a message for the manager; dropped while there is no session process, or while it reads nothing.</summary>
    public void Send(AgentMessage message) => outbox?.Put(LinkFrameKind.ToManager, message.ToByteArray());

    /// <summary>Has the session process tell the manager that the host leaves.</summary>
    public async Task<LeaveReply> TellLeaveAsync(CancellationToken ct)
    {
        var answer = new TaskCompletionSource<LeaveReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        leaving = answer;
        if (outbox?.Put(LinkFrameKind.Leave, []) is not true)
            return new LeaveReply(false, "The session process is not running.");
        try
        {
            return await answer.Task.WaitAsync(LeavePatience, clock, ct);
        }
        catch (TimeoutException)
        {
            return new LeaveReply(false, "The manager did not answer in time.");
        }
    }

    private async Task<string> RunOnceAsync(CancellationToken ct)
    {
        try
        {
            using var process = Process.Start(Program()) ?? throw new InvalidOperationException("It did not start.");
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
            using var stream = new LinkStream(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
            try
            {
                outbox = new SessionOutbox(stream, clock);
                var writing = outbox.RunAsync(ending.Token);
                var reading = ReadAsync(stream, ending.Token);
                Started?.Invoke();
                // One that has gone may have said something before.
                if (await Task.WhenAny(reading, writing) == writing) await writing;
                await reading;
                return "The session process has ended.";
            }
            finally
            {
                outbox = null;
                await ending.CancelAsync();
                await EndAsync(process);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return "";
        }
        catch (TimeoutException)
        {
            return "The session process has read nothing for a minute.";
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            // The other process has no privileges: whatever it says or does ends that process, never this one.
            return $"The session process could not be used: {e.Message}";
        }
    }

    private async Task ReadAsync(LinkStream stream, CancellationToken ct)
    {
        while (await stream.ReadAsync(ct) is { } frame) await TakeAsync(frame, ct);
    }

    private async Task TakeAsync(LinkFrame frame, CancellationToken ct)
    {
        switch (frame.Kind)
        {
            case LinkFrameKind.FromManager when FromManager is { } take: await take(
                ManagerMessage.Parser.ParseFrom(frame.Payload.Span), ct); break;
            case LinkFrameKind.Report when JsonSerializer.Deserialize(
                frame.Payload.Span, AgentJson.Default.SessionReport) is { } report: Reported?.Invoke(report); break;
            case LinkFrameKind.LeaveReply when JsonSerializer.Deserialize(
                frame.Payload.Span, AgentJson.Default.LeaveReply) is { } answer: leaving?.TrySetResult(answer); break;
            default: break;
        }
    }

    private static async Task EndAsync(Process process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(3040, LogLevel.Warning, "{Problem} It is started again.", EventName = "SessionEnded")]
    private static partial void SessionEnded(ILogger log, string problem);
}
