using Cluster.Agent.Drivers;
using Cluster.Agent.Programs;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Machines;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>
/// Takes services from one complete state to the next: stage, journal, switch, reload, prove, then complete or restore.
/// The journal stands from before the first live byte changes until the end is recorded; what is found in it at start is gone on with.
/// </summary>
internal sealed partial class ServiceSwitching(ApplyStore store, ContentStore content, HostState state, TimeProvider clock, ILogger log)
{
    private readonly Dictionary<string, ServiceProof> proofs = [];
    private readonly Dictionary<string, FailedRestore> failedRestores = [];

    /// <summary>How the services stand.</summary>
    public DriverSight Sight { get; } = new(state.Drivers, log);

    /// <summary>Applies parts. With <paramref name="atomic"/> one that fails restores all of them.</summary>
    public async Task ApplyAsync(IReadOnlyList<SwitchOrder> orders, bool atomic, CancellationToken ct)
    {
        foreach (var order in orders) state.NoteApplying(order.Service, true);
        try
        {
            var staged = new List<StagedOrder>();
            foreach (var order in orders)
            {
                var failure = await StageAsync(order, atomic, staged, ct);
                if (failure is null) continue;
                await FailAsync(order, failure);
                if (!atomic) continue;
                foreach (var other in staged) await DiscardAsync(other);
                foreach (var other in orders.Where(o => o != order)) await FailAsync(other, BecauseOf(order));
                return;
            }

            await SwitchAllAsync(staged, atomic);
        }
        finally
        {
            foreach (var order in orders) state.NoteApplying(order.Service, false);
        }
    }

    /// <summary>Restores what stood before the join for what the part in force does not define.</summary>
    /// <param name="service">Service.</param>
    /// <param name="applied">What is in force and applied; null = nothing is in force for the service.</param>
    /// <param name="ct">Cancels until the first live byte changes.</param>
    public async Task UnmanageAsync(string service, SwitchOrder? applied, CancellationToken ct)
    {
        var entry = new JournalEntry
        {
            Service = service,
            Part = applied?.Part ?? "",
            Number = applied?.Number ?? 0,
            Revision = applied?.Revision ?? 0,
            Attempt = applied?.Attempt ?? 0,
            Unmanage = true,
            Token = "",
            Phase = JournalPhase.Switching,
        };
        state.NoteApplying(service, true);
        try
        {
            var part = PartOf(entry);
            var kept = applied is null ? null : part.Value;
            var staged = part.Succeeded
                ? await state.Drivers[service].TryAsync("unmanage", d => d.StageUnmanageAsync(kept, ct), log, ct)
                : part.Failure;
            if (!staged.Succeeded) await FailAsync(entry, staged.Failure);
            else if (staged.Value.Changed)
                await SwitchAllAsync([new StagedOrder(entry.Of(staged.Value), part.Value!)], atomic: false);
            else state.NoteRecord(service, r => ServiceFacts.WithRefused(r, staged.Value.Refused, staged.Value.Warnings));
        }
        finally
        {
            state.NoteApplying(service, false);
        }
    }

    private async Task<ApplyFailure?> StageAsync(SwitchOrder order, bool atomic, List<StagedOrder> staged, CancellationToken ct)
    {
        var driver = state.Drivers[order.Service];
        var part = content.ReadPart(order.Part);
        if (!part.Succeeded) return part.Failure;
        var result = await driver.TryAsync("stage", d => d.StageAsync(part.Value, content, ct), log, ct);
        if (!result.Succeeded) return result.Failure;
        Failpoint.Reach(FailpointNames.ApplyStaged);
        if (atomic && RefusedItem.FailureOf(result.Value.Refused) is { } refused)
        {
            // All services of the host or none: a service that is live without some of its items is not all.
            await DiscardAsync(order.Service, result.Value.Token);
            return refused;
        }

        if (!result.Value.Changed) return await TakeUnchangedAsync(order, part.Value, result.Value);
        staged.Add(new StagedOrder(
            new JournalEntry
            {
                Service = order.Service,
                Part = order.Part,
                Number = order.Number,
                Revision = order.Revision,
                Attempt = order.Attempt,
                Token = "",
                Phase = JournalPhase.Switching,
                Atomic = atomic,
            }.Of(result.Value),
            part.Value));
        return null;
    }

    // The live bytes are the wanted ones already, for example after a rejoin with a lost record: nothing is written, nothing reloaded.
    private async Task<ApplyFailure?> TakeUnchangedAsync(SwitchOrder order, ServicePart part, StagedService staged)
    {
        var driver = state.Drivers[order.Service];
        // Files that a failed restore put back say nothing of software that did not take them up.
        if (IsRestoring(order.Service)
            && await driver.TryAsync("reload", d => d.ReloadAsync(staged.Token, CancellationToken.None), log) is { } notReloaded)
            return notReloaded;
        var proof = await driver.TryAsync("prove", d => d.ProveAsync(part, CancellationToken.None), log);
        if (proof.Succeeded)
        {
            var known = await ResultAsync(order.Service, proof.Value, staged.Warnings, staged.Refused);
            var result = known with { Findings = staged.Findings };
            state.NoteRecord(order.Service, r => ServiceFacts.Succeeded(r, order, result, clock.GetUtcNow()));
            EndRestoring(order.Service);
            return null;
        }

        state.NoteRecord(order.Service, r => r with
        {
            Applied = new AppliedFact(order.Part, order.Number, order.Revision, clock.GetUtcNow()) { AgentVersion = AgentVersion.Text },
            Verified = null,
            Refused = staged.Refused,
        });
        return proof.Failure;
    }

    // What the failed restore would lead back to is not wanted any more.
    private void EndRestoring(string service)
    {
        if (failedRestores.Remove(service)) store.EndJournal(service);
    }

    private async Task SwitchAllAsync(IReadOnlyList<StagedOrder> orders, bool atomic, bool recovers = false)
    {
        var switched = new List<JournalEntry>();
        foreach (var order in orders)
        {
            var (failure, proof) = await SwitchAsync(order);
            if (failure is null)
            {
                switched.Add(order.Entry);
                if (!atomic) await EndAsync(order.Entry, proof!);
                else proofs[order.Entry.Service] = proof!;
                continue;
            }

            if (!atomic)
            {
                await RestoreAsync(order.Entry, failure);
                continue;
            }

            await RestoreAllAsync(order.Entry, failure, switched, [.. orders.SkipWhile(o => o != order).Skip(1)], recovers);
            return;
        }

        if (!atomic) return;
        foreach (var entry in switched) await EndAsync(entry, proofs[entry.Service]);
    }

    // On disk first of all: whatever happens in between, none of them goes forward again.
    private async Task RestoreAllAsync(
        JournalEntry failed, ApplyFailure failure, List<JournalEntry> switched, IReadOnlyList<StagedOrder> behind, bool recovers)
    {
        var cause = BecauseOf(SwitchOrder.Of(failed));
        TryJournal(Restoring(failed, failure));
        // After a crash those behind it may be live as well.
        if (recovers) switched.AddRange(behind.Select(o => o.Entry));
        foreach (var other in switched) TryJournal(Restoring(other, cause));
        await RestoreAsync(failed, failure);
        foreach (var other in switched) await RestoreAsync(other, cause);
        if (recovers) return;
        foreach (var other in behind) await DiscardAsync(other, cause);
    }

    private async Task<(ApplyFailure? Failure, ServiceProof? Proof)> SwitchAsync(StagedOrder order)
    {
        var driver = state.Drivers[order.Entry.Service];
        try
        {
            store.Save(order.Entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (ApplyFailure.Transient(ApplyCodes.JournalNotWritten, ApplyFailure.DiskCheck, e.Message), null);
        }

        Failpoint.Reach(FailpointNames.ApplyJournaled);
        var failure = await driver.TryAsync("switch", d => d.SwitchAsync(order.Entry.Token, CancellationToken.None), log);
        if (failure is not null) return (failure, null);
        Failpoint.Reach(FailpointNames.ApplySwitched);
        failure = await driver.TryAsync("reload", d => d.ReloadAsync(order.Entry.Token, CancellationToken.None), log);
        if (failure is not null) return (failure, null);
        Failpoint.Reach(FailpointNames.ApplyReloaded);
        var proof = await driver.TryAsync("prove", d => d.ProveAsync(order.Part, CancellationToken.None), log);
        if (!proof.Succeeded) return (proof.Failure, null);
        Failpoint.Reach(FailpointNames.ApplyProven);
        return (null, proof.Value);
    }

    private async Task EndAsync(JournalEntry entry, ServiceProof proof)
    {
        var order = SwitchOrder.Of(entry);
        try
        {
            var known = await ResultAsync(entry.Service, proof, entry.Warnings, entry.Refused);
            var result = known with { Findings = entry.Findings };
            state.SaveRecord(entry.Service, r => entry.Unmanage
                ? ServiceFacts.Unmanaged(r, order, result, clock.GetUtcNow())
                : ServiceFacts.Succeeded(r, order, result, clock.GetUtcNow()));
            Failpoint.Reach(FailpointNames.ApplyRecorded);
            var done = entry with { Phase = JournalPhase.Completing };
            store.Save(done);
            Failpoint.Reach(FailpointNames.ApplyCompleting);
            await CompleteAsync(done);
            if (entry.Unmanage) Unmanaged(log, entry.Service);
            else PartApplied(log, entry.Service, entry.Revision, entry.Part);
            if (RefusedItem.FailureOf(entry.Refused) is { } refused) ItemsRefused(log, entry.Service, entry.Revision, refused.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The service is on its new state and the journal stands: it is gone on with as soon as the disk allows.
            NotRecorded(log, entry.Service, e.Message);
        }
    }

    private async Task CompleteAsync(JournalEntry entry)
    {
        await state.Drivers[entry.Service].TryAsync(
            "complete",
            async d =>
            {
                await d.CompleteAsync(entry.Token, CancellationToken.None);
                return null;
            },
            log);
        store.EndJournal(entry.Service);
        failedRestores.Remove(entry.Service);
        Failpoint.Reach(FailpointNames.ApplyCompleted);
    }

    private async Task RestoreAsync(JournalEntry entry, ApplyFailure cause)
    {
        TryJournal(Restoring(entry, cause));
        Failpoint.Reach(FailpointNames.ApplyRestoring);
        var driver = state.Drivers[entry.Service];
        var failure = await driver.TryAsync("restore", d => d.RestoreAsync(entry.Token, CancellationToken.None), log);
        if (failure is not null)
        {
            RestoreFailed(log, entry.Service, failure.Code, failure.Message);
            var before = failedRestores.GetValueOrDefault(entry.Service);
            failedRestores[entry.Service] = new FailedRestore(clock.GetUtcNow(), before.Times + 1);
            // The software may run what failed: what was proven before says nothing any more.
            var left = Left(failure);
            var unknown = new ServiceDrift(DriftFact.Probe, left);
            state.NoteRecord(
                entry.Service,
                r => r with { Verified = null, Drift = ServiceFacts.Drift(r.Drift, [unknown], clock.GetUtcNow()) });
            await FailAsync(entry, cause with { Message = $"{cause.Message} {left}" });
            return;
        }

        failedRestores.Remove(entry.Service);
        Failpoint.Reach(FailpointNames.ApplyRestored);
        await FailAsync(entry, cause);
        await ProveLiveAsync(entry.Service);
        store.EndJournal(entry.Service);
    }

    private static string Left(ApplyFailure notRestored) => notRestored.Check == ApplyFailure.ReloadCheck
        ? $"The last good files are back, but nothing shows that the software uses them; it is told again. {notRestored.Message}"
        : $"The last good state could not be restored; it is tried again. {notRestored.Message}";

    private async Task ProveLiveAsync(string service)
    {
        if (state.Record(service).Applied is not { } live) return;
        var part = content.ReadPart(live.Part);
        var proof = part.Succeeded
            ? await state.Drivers[service].TryAsync("prove", d => d.ProveAsync(part.Value, CancellationToken.None), log)
            : part.Failure;
        if (!proof.Succeeded)
        {
            state.NoteRecord(service, r => r with { Verified = null });
            return;
        }

        state.NoteRecord(
            service,
            r => ServiceFacts.Proven(r, proof.Value, clock.GetUtcNow()) with
            {
                Drift = [.. r.Drift.Where(d => d.Path != DriftFact.Probe)],
            });
    }

    // That the part in force is applied stays true when unmanage fails.
    private Task FailAsync(JournalEntry entry, ApplyFailure failure)
    {
        if (!entry.Unmanage) return FailAsync(SwitchOrder.Of(entry), failure);
        UnmanageFailed(log, entry.Service, failure.Code, failure.Message);
        state.NoteRecord(
            entry.Service, r => r with { Warnings = [$"unmanage failed ({failure.Code}): {failure.Message}"] });
        return Task.CompletedTask;
    }

    private Attempt<ServicePart> PartOf(JournalEntry entry) =>
        entry.Part.Length == 0 ? ServicePart.Empty("") : content.ReadPart(entry.Part);

    private async Task FailAsync(SwitchOrder order, ApplyFailure failure)
    {
        PartFailed(log, order.Service, order.Revision, failure.Code, failure.Kind, failure.Check, failure.Message);
        var fingerprint = await Sight.LocalFingerprintAsync(order.Service);
        state.NoteRecord(order.Service, r => ServiceFacts.Failed(r, order, failure, fingerprint, clock.GetUtcNow()));
    }

    private async Task<ApplyResult> ResultAsync(
        string service, ServiceProof proof, IReadOnlyList<string> warnings, IReadOnlyList<RefusedItem> refused) =>
        new(proof, warnings, refused, refused.Count == 0 ? "" : await Sight.LocalFingerprintAsync(service));

    private async Task DiscardAsync(StagedOrder order, ApplyFailure? cause = null)
    {
        await DiscardAsync(order.Entry.Service, order.Entry.Token);
        if (cause is not null) await FailAsync(order.Entry, cause);
    }

    private async Task DiscardAsync(string service, string token) => await state.Drivers[service].TryAsync(
        "discard",
        async d =>
        {
            await d.DiscardAsync(token, CancellationToken.None);
            return null;
        },
        log);

    private void TryJournal(JournalEntry entry)
    {
        try
        {
            store.Save(entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The entry on disk says "switching"; going on from there fails the same way and restores again.
            NotRecorded(log, entry.Service, e.Message);
        }
    }

    private static ApplyFailure BecauseOf(SwitchOrder order) =>
        ApplyFailure.Final(
            ApplyCodes.OtherServiceFailed,
            "atomicity",
            $"Service {order.Service} failed, and the revision is to be applied to all services of the host or none.");

    private sealed record StagedOrder(JournalEntry Entry, ServicePart Part);
}
