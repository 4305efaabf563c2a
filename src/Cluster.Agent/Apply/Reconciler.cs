using Cluster.Agent.Drivers;
using Cluster.Agent.Link;
using Cluster.Agent.Programs;
using Cluster.Agent.State;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>
/// The one loop that changes services: looks at each service, decides what it needs, does it, and waits for news or the next look.
/// </summary>
internal sealed partial class Reconciler(
    HostState state, ContentStore content, ServiceSwitching switching, TimeProvider clock, ILogger log) : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim news = new(0, 1);
    private readonly Dictionary<string, DateTimeOffset> lookedAt = [];
    private readonly Dictionary<string, DateTimeOffset> repairedAt = [];
    private readonly Dictionary<string, string> provenFiles = [];
    private readonly Lock gate = new();
    private readonly List<(string Service, TaskCompletionSource Done)> unmanage = [];
    private List<TaskCompletionSource> checks = [];
    private ulong prunedFor;
    private bool isSkewTold;

    /// <summary>The manager's clock minus the host's, as far as it is known and can be true; confirm deadlines are judged by it.</summary>
    public TimeSpan ClockSkew { get; private set; }

    /// <summary>Called before every look.</summary>
    public Action? BeforeLook { get; set; }

    /// <summary>Notes how far the manager's clock is from the host's, as the session process says.</summary>
    public void Note(SessionReport report)
    {
        ClockSkew = LookDecision.ClockSkew(report.ClockSkewSeconds);
        if (isSkewTold || report.ClockSkewSeconds == 0 || ClockSkew != TimeSpan.Zero) return;
        isSkewTold = true;
        ClocksApart(log);
    }

    /// <summary>There may be something to do.</summary>
    public void Wake()
    {
        try
        {
            news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>
    /// Restores what stood before the join for what no level defines any more, of one service or (empty) all; ends when that was done
    /// or refused, after a hold if there is one.
    /// </summary>
    public Task UnmanageAsync(string service)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) unmanage.Add((service, done));
        Wake();
        return done.Task;
    }

    /// <summary>Looks at every service anew; ends when that was done.</summary>
    public Task CheckAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) checks.Add(done);
        Wake();
        return done.Task;
    }

    /// <summary>Proves and observes what is live, once, without changing anything: for a host on which no agent runs.</summary>
    public async Task LookOnlyAsync(CancellationToken ct)
    {
        if (state.Problem.Length > 0) return;
        foreach (var (service, driver) in state.Drivers)
        {
            state.NoteRunning(service, await switching.Sight.IsRunningAsync(service, ct));
            if (switching.IsUnfinished(service)) NoteUnfinished(service);
            else if (state.Record(service).Applied is not null) await ProveAsync(service, driver, ct);
        }
    }

    /// <summary>Runs until cancelled; a switch that is under way is finished first.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            List<TaskCompletionSource> asked;
            lock (gate) (asked, checks) = (checks, []);
            try
            {
                await LookAsync(asked.Count > 0, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // Stopped while it looked; that is no failure of the process.
                return;
            }
            catch (DamagedStateException e)
            {
                // Told once, and looked at again when the state is read anew.
                state.Note(e);
                StateDamaged(log, e.Message);
            }
            catch (Exception e) when (!GuardedDriver.IsStop(e, ct))
            {
                // What is broken for one look (a state file, a driver) must not end the loop: services would never be looked at again.
                LookFailed(log, e);
            }

            foreach (var done in asked) done.TrySetResult();
            try
            {
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(ct);
                await Task.WhenAny(news.WaitAsync(pause.Token), Task.Delay(LookInterval, clock, pause.Token));
                await pause.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>The assignment that counts now: the newest, or, when it was not confirmed in time, the one before.</summary>
    public HeldOffer? InForce() => LookDecision.InForce(state.Assignment, state.Previous, clock.GetUtcNow() + ClockSkew);

    /// <inheritdoc/>
    public void Dispose() => news.Dispose();

    private async Task LookAsync(bool asked, CancellationToken ct)
    {
        BeforeLook?.Invoke();
        state.SaveUnsaved();
        if (state.Problem.Length > 0) return;
        await switching.FinishJournalsAsync();
        EndHold();
        var inForce = InForce();
        if (state.Hold is null) await UnmanageAskedAsync(inForce, ct);
        var toApply = new List<SwitchOrder>();
        foreach (var (service, driver) in state.Drivers)
        {
            ct.ThrowIfCancellationRequested();
            var situation = await SituationAsync(service, inForce, asked, ct);
            NoteTrouble(service);
            switch (ApplyDecision.Of(situation))
            {
                case ServiceNeed.Apply: toApply.Add(Order(service, inForce!)); break;
                case ServiceNeed.Plan: await PlanAsync(service, driver, situation.Desired!, ct); break;
                case ServiceNeed.Prove: await ProveAsync(service, driver, ct); break;
                default: break;
            }

            // While a restore waits to be tried again, the software may run anything.
            if (situation.Restoring) continue;
            state.NoteRecord(service, r => LookDecision.MovedOn(r, situation.Desired, inForce));
        }

        await ApplyAsync(toApply, inForce, ct);
        Prune(inForce);
    }

    private async Task<ServiceSituation> SituationAsync(
        string service, HeldOffer? inForce, bool asked, CancellationToken ct)
    {
        var record = state.Record(service);
        var desired = inForce?.PartOf(service);
        state.NoteRunning(service, await switching.Sight.IsRunningAsync(service, ct));
        var readsFiles = LookDecision.NeedsFingerprint(record, desired);
        return new ServiceSituation
        {
            Desired = desired,
            Record = record,
            Attempt = inForce?.Assignment.Attempt ?? 0,
            Observe = inForce?.Assignment.Observe ?? false,
            Held = state.Hold is not null,
            Running = state.IsRunning(service),
            Restoring = switching.IsRestoring(service),
            AgentVersion = AgentVersion.Text,
            LocalFingerprint = readsFiles ? await switching.Sight.LocalFingerprintAsync(service) : record.Attempted?.LocalFingerprint ?? "",
            FilesChanged = await FilesChangedAsync(service),
            Now = clock.GetUtcNow(),
            DiskWorks = LookDecision.NeedsDiskTrial(record) && content.DiskWorks(),
            Repair = record.Drift.Count > 0 && desired is not null && content.ReadPart(desired).Value?.RepairDrift is true,
            RepairedAt = repairedAt.TryGetValue(service, out var repaired) ? repaired : null,
            LookedAt = lookedAt.TryGetValue(service, out var at) ? at : null,
            CheckAsked = asked,
            Findings = await switching.Sight.FindingsAsync(service, record.Applied?.Findings ?? "", ct),
        };
    }

    private async Task ApplyAsync(List<SwitchOrder> orders, HeldOffer? inForce, CancellationToken ct)
    {
        if (orders.Count == 0) return;
        var together = LookDecision.AllOrNone(inForce!, orders, s => state.Record(s).Applied?.Part);
        foreach (var order in orders) lookedAt[order.Service] = clock.GetUtcNow();
        if (together.Count > 0) await ApplyWatchedAsync(together, atomic: true, ct);
        foreach (var order in orders.Except(together))
        {
            // What a failed restore left is no drift that people made.
            var repair = !switching.IsRestoring(order.Service) && LookDecision.IsRepair(state.Record(order.Service), order.Part);
            if (repair) Repairing(log, order.Service, state.Record(order.Service).Drift.Count);
            await ApplyWatchedAsync([order], atomic: false, ct);
            if (!repair) continue;

            // What could not be put right is still there, and is still shown.
            repairedAt[order.Service] = clock.GetUtcNow();
            await ProveAsync(order.Service, state.Drivers[order.Service], ct);
        }
    }

    // Not more often than something could come of it.
    private async Task<bool> FilesChangedAsync(string service)
    {
        var mayProve = lookedAt.TryGetValue(service, out var at) && ApplyDecision.MayProve(at, clock.GetUtcNow());
        return mayProve && provenFiles.TryGetValue(service, out var proven)
            && !LookDecision.IsUnchanged(proven, await switching.Sight.WatchedFilesAsync(service));
    }

    // What ended with a proof need not be proven again for its own changes; what somebody else changed meanwhile must be.
    private async Task ApplyWatchedAsync(IReadOnlyList<SwitchOrder> orders, bool atomic, CancellationToken ct)
    {
        var begun = clock.GetUtcNow();
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var order in orders) before[order.Service] = await switching.Sight.LocalFingerprintAsync(order.Service);
        await switching.ApplyAsync(orders, atomic, ct);
        Memory.GiveBack();
        foreach (var order in orders)
        {
            if (state.Record(order.Service).Verified is not { } proof || proof.Part != order.Part || proof.At < begun) continue;
            var same = LookDecision.IsUnchanged(before[order.Service], await switching.Sight.LocalFingerprintAsync(order.Service));
            provenFiles[order.Service] = same ? await switching.Sight.WatchedFilesAsync(order.Service) : "";
        }
    }

    private async Task ProveAsync(string service, IServiceDriver driver, CancellationToken ct)
    {
        lookedAt[service] = clock.GetUtcNow();
        // Read first: what changes during the proof is looked at again.
        provenFiles[service] = await switching.Sight.WatchedFilesAsync(service);

        // What was applied cannot be told when its part is damaged: then nothing shows that it is live.
        var part = content.ReadPart(state.Record(service).Applied!.Part);
        var proof = part.Succeeded ? await driver.TryAsync("prove", d => d.ProveAsync(part.Value, ct), log, ct) : Unreadable(part.Failure);
        List<ServiceDrift> drift = [.. await switching.Sight.ObserveAsync(service, ct)];
        var trouble = switching.Sight.TroubleOf(service);
        if (trouble.Length > 0) drift = [.. drift.Where(d => d.Path != DriftFact.Observation), ServiceDrift.Unseen(trouble)];
        if (!proof.Succeeded) drift.Add(new ServiceDrift(DriftFact.Probe, proof.Failure.Message) { Sides = proof.Failure.Sides });
        var now = clock.GetUtcNow();
        state.NoteRecord(
            service,
            r => (proof.Succeeded && trouble.Length == 0 ? ServiceFacts.Proven(r, proof.Value, now) : r with { Verified = null }) with
            {
                Drift = ServiceFacts.Drift(r.Drift, drift, now),
            });
    }

    private void NoteUnfinished(string service)
    {
        var unknown = new ServiceDrift(
            DriftFact.Probe, "A change was interrupted or could not be restored, so nothing shows what is live; run the agent.");
        state.NoteRecord(
            service, r => r with { Verified = null, Drift = ServiceFacts.Drift(r.Drift, [unknown], clock.GetUtcNow()) });
    }

    private static ApplyFailure Unreadable(ApplyFailure failure) => failure with
    {
        Message = $"The applied settings cannot be read, so nothing shows that they are live: {failure.Message}",
    };

    private async Task PlanAsync(string service, IServiceDriver driver, string desired, CancellationToken ct)
    {
        var part = content.ReadPart(desired);
        var plan = part.Succeeded ? await driver.TryAsync("plan", d => d.PlanAsync(part.Value, ct), log, ct) : part.Failure;
        var text = plan.Succeeded ? plan.Value : $"This part would be refused ({plan.Failure.Code}): {plan.Failure.Message}";
        state.NoteRecord(service, r => r with { Plan = text, PlannedPart = desired });
    }

    // What cannot be looked at may have changed: what was proven of it before says nothing any more. Stored and told once.
    private void NoteTrouble(string service)
    {
        if (switching.Sight.TroubleOf(service) is not { Length: > 0 } trouble || state.Record(service).Applied is null) return;
        var now = clock.GetUtcNow();
        state.NoteRecord(service, r => ServiceFacts.Unseen(r, trouble, now));
    }

    // What was asked for leaves the list only when all of it was done: a look that breaks off repeats it.
    private async Task UnmanageAskedAsync(HeldOffer? inForce, CancellationToken ct)
    {
        (string Service, TaskCompletionSource Done)[] asked;
        lock (gate) asked = [.. unmanage];
        foreach (var service in state.Drivers.Keys.Where(s => asked.Any(a => a.Service == s || a.Service.Length == 0)))
        {
            var sha256 = inForce?.PartOf(service);
            var situation = new UnmanageSituation
            {
                InForce = inForce,
                Desired = sha256,
                Readable = sha256 is not null && content.ReadPart(sha256).Succeeded,
                Applied = state.Record(service).Applied?.Part,
            };
            if (!LookDecision.MayUnmanage(situation))
            {
                // Without them it could not be told from what is no longer defined.
                state.NoteRecord(
                    service,
                    r => r with { Warnings = ["unmanage was refused: the settings in force are not applied here, or cannot be read."] });
                continue;
            }

            await switching.UnmanageAsync(service, sha256 is null ? null : Order(service, inForce!), ct);
            lookedAt.Remove(service);
        }

        lock (gate) unmanage.RemoveRange(0, asked.Length);
        foreach (var (_, done) in asked) done.TrySetResult();
    }

    private void EndHold()
    {
        if (LookDecision.HoldEnds(state.Hold, clock.GetUtcNow())) state.SetHold(null);
    }

    // Content that neither the newest nor the confirmed assignment nor what is live needs is removed once per assignment.
    private void Prune(HeldOffer? inForce)
    {
        if (inForce is null || prunedFor == inForce.Assignment.Number) return;
        var applied = state.Drivers.Keys.ToDictionary(s => s, s => state.Record(s).Applied?.Part, StringComparer.Ordinal);
        content.Prune(LookDecision.NeededParts([inForce, state.Assignment, state.Previous], applied));
        prunedFor = inForce.Assignment.Number;
    }

    private static SwitchOrder Order(string service, HeldOffer offer) =>
        new(service, offer.PartOf(service)!, offer.Assignment.Number, offer.Assignment.Revision, offer.Assignment.Attempt);

    [LoggerMessage(
        3033, LogLevel.Warning,
        "The clocks of this host and of the manager are said to be more than a day apart. Whether a change was confirmed in time is judged "
            + "by this host's clock alone: set it right.",
        EventName = "ClocksApart")]
    private static partial void ClocksApart(ILogger log);

    [LoggerMessage(
        3032, LogLevel.Information,
        "Service {Service}: {Count} differences that the agent did not make are put right.",
        EventName = "DriftRepaired")]
    private static partial void Repairing(ILogger log, string service, int count);

    [LoggerMessage(
        3031, LogLevel.Error,
        "A state file is damaged. Services keep running; no changes are applied: {Problem}",
        EventName = "StateFileDamaged")]
    private static partial void StateDamaged(ILogger log, string problem);

    [LoggerMessage(3030, LogLevel.Error, "Looking at the services failed; it is tried again.", EventName = "ReconcileFailed")]
    private static partial void LookFailed(ILogger log, Exception e);
}
