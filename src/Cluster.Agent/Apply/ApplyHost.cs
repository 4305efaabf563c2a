using System.Threading.Channels;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Programs;
using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Protocol.V1;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>The privileged process: wires its loops together and runs them until the host leaves or the process is stopped.</summary>
internal sealed partial class ApplyHost : IDisposable
{
    private static readonly TimeSpan ReloadPause = TimeSpan.FromMinutes(1);
    private readonly LocalFile local;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly TrustStore trustStore;
    private readonly HostState state;
    private readonly ManagerInbox inbox;
    private readonly Reconciler reconciler;
    private readonly StatusPublisher publisher;
    private readonly SessionSupervisor session;
    private readonly ControlServer control;
    private readonly HostDeparture departure;
    private readonly Channel<bool> publications =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Inbound inbound = new();
    private readonly CancellationTokenSource ending = new();
    private DateTimeOffset loadedAt;

    /// <summary>Makes it; nothing runs yet.</summary>
    public ApplyHost(StateDirectory directory, LocalFile local, TimeProvider clock, ILogger log)
    {
        this.local = local;
        this.clock = clock;
        this.log = log;
        var store = new ApplyStore(directory);
        var content = new ContentStore(directory);
        trustStore = new TrustStore(directory.Apply, owner: null);
        state = new HostState(store, MakeDrivers(directory, local, clock, log));
        inbox = new ManagerInbox(state, content, trustStore, clock, log);
        reconciler = new Reconciler(state, content, new ServiceSwitching(store, content, state, clock, log), clock, log);
        publisher = new StatusPublisher(state, store);
        session = new SessionSupervisor(directory, local.SessionUser, clock, log);
        departure = new HostDeparture(directory, state, session, local, ending);
        control = new ControlServer(directory, AnswerAsync, log);
    }

    /// <summary>The drivers that the local file names.</summary>
    public static IReadOnlyDictionary<string, IServiceDriver> MakeDrivers(
        StateDirectory directory, LocalFile local, TimeProvider clock, ILogger log) =>
        local.Services.ToDictionary(
            s => s.Name,
            s =>
            {
                Directory.CreateDirectory(
                    directory.Driver(s.Name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                var context = new DriverContext(s, directory.Driver(s.Name), clock, log) { NetworkUser = local.SessionUser };
                return DriverCatalog.Make(context);
            },
            StringComparer.Ordinal);

    /// <summary>Runs until stopped (exit code 0) or the host has left (0).</summary>
    public async Task<int> RunAsync(CancellationToken stopped)
    {
        using var stopping = stopped.Register(ending.Cancel);
        Load();
        Wire();
        if (state.Membership is { Left: true })
        {
            departure.Finish();
            await departure.TellIfUntoldAsync(stopped);
            return ExitCodes.Ok;
        }

        var sessionTask = session.RunAsync(ending.Token);
        await AnnounceAsync(ending.Token);
        Task[] loops = [
            sessionTask,
            reconciler.RunAsync(ending.Token),
            control.RunAsync(ending.Token),
            PublishAsync(ending.Token),
            ReceiveAsync(ending.Token),
            .. state.Drivers.Values.Select(d => d.KeepFindingOutAsync(clock, log, ending.Token)),
        ];
        await Task.WhenAll(loops.Select(EndAllWithAsync));
        return ExitCodes.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reconciler.Dispose();
        ending.Dispose();
    }

    // A loop that fails ends the process, not only itself: a supervisor starts it again.
    private async Task EndAllWithAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch
        {
            await ending.CancelAsync();
            throw;
        }
    }

    private void Load()
    {
        loadedAt = clock.GetUtcNow();
        state.Load(trustStore);
        if (state.Problem.Length > 0) StateUnreadable(log, state.Problem);
    }

    private void Wire()
    {
        state.Changed += () => publications.Writer.TryWrite(true);
        inbox.Send += session.Send;
        inbox.Wake += reconciler.Wake;
        inbox.Ordered += new Orders(state, reconciler).Take;
        inbox.Removed += departure.Removed;
        session.FromManager = inbound.PutAsync;
        session.Started += () => publications.Writer.TryWrite(true);
        session.Reported += departure.Note;
        session.Reported += reconciler.Note;
        reconciler.BeforeLook = inbound.Nudge;
    }

    private async Task AnnounceAsync(CancellationToken ct)
    {
        publisher.Announcements = await Announcing.OfAsync(local.Services, state.Drivers, log, ct);
        publications.Writer.TryWrite(true);
    }

    // Messages of the manager are taken one after the other, beside the loop that changes services; null means: look whether
    // something waits.
    private async Task ReceiveAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var message in inbound.ReadAllAsync(ct))
            {
                if (message is null)
                {
                    if (state.Problem.Length > 0 && clock.GetUtcNow() - loadedAt >= ReloadPause) Load();
                    inbox.TryAgain();
                    continue;
                }

                if (message.MessageCase == ManagerMessage.MessageOneofCase.Welcome)
                {
                    publisher.Surpass(message.Welcome.StatusSequence);
                    publications.Writer.TryWrite(true);
                }

                inbox.Take(message);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task PublishAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var _ in publications.Reader.ReadAllAsync(ct)) session.SendState(publisher.Current());
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task<ControlReply> AnswerAsync(ControlRequest request, CancellationToken ct)
    {
        switch (request.Verb)
        {
            case "status":
                return new ControlReply { ExitCode = ExitCodes.Ok, Status = HostSummary.Of(state, local, running: true) };
            case "check":
                await reconciler.CheckAsync().WaitAsync(ct);
                var status = HostSummary.Of(state, local, running: true);
                return new ControlReply { ExitCode = HostSummary.CheckResult(status), Status = status };
            case "hold" or "release":
                return Hold(request);
            case "leave":
                return await departure.LeaveAsync(request.Offline, ct);
            default:
                return new ControlReply { ExitCode = ExitCodes.Usage, Message = $"The running agent knows no verb {request.Verb}." };
        }
    }

    private ControlReply Hold(ControlRequest request)
    {
        try
        {
            state.SetHold(request.ToHold(clock.GetUtcNow()));
            reconciler.Wake();
            return new ControlReply { ExitCode = ExitCodes.Ok };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ControlReply { ExitCode = ExitCodes.Failure, Message = $"The hold could not be stored: {e.Message}" };
        }
    }

    [LoggerMessage(
        3060, LogLevel.Error,
        "The agent's state cannot be used. Services keep running; no changes are applied: {Problem}",
        EventName = "AgentStateUnusable")]
    private static partial void StateUnreadable(ILogger log, string problem);
}
