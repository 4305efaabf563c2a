using Cluster.Agent.Drivers;

namespace Cluster.Agent.Apply;

/// <summary>Goes on with switches that did not end: after a crash, a full disk, or a restore that failed.</summary>
internal sealed partial class ServiceSwitching
{
    /// <summary>Whether a restore of the service failed and is to be tried again.</summary>
    public bool IsRestoring(string service) => failedRestores.ContainsKey(service);

    /// <summary>Whether a switch of the service has not ended: an agent goes on with it when it runs.</summary>
    public bool IsUnfinished(string service) => store.Journals().Any(e => e.Service == service && e.Phase != JournalPhase.Completing);

    /// <summary>Goes on with what a crash or a full disk interrupted; does nothing when no journal stands.</summary>
    public async Task FinishJournalsAsync()
    {
        var entries = store.Journals().Where(e => state.Drivers.ContainsKey(e.Service) && MayGoOn(e)).ToList();
        if (entries.Count == 0) return;
        foreach (var entry in entries)
        {
            JournalFound(log, entry.Service, entry.Phase);
            state.NoteApplying(entry.Service, true);
        }

        try
        {
            await FinishAsync(entries);
        }
        finally
        {
            foreach (var entry in entries) state.NoteApplying(entry.Service, false);
        }
    }

    private async Task FinishAsync(List<JournalEntry> entries)
    {
        foreach (var done in entries.Where(e => e.Phase == JournalPhase.Completing)) await CompleteAsync(done);
        var failed = entries.Where(e => e.Phase == JournalPhase.Restoring).ToList();
        var open = entries.Where(e => e.Phase == JournalPhase.Switching).ToList();
        // One of all or none is being restored: the agent was killed before it had said so of the others.
        if (failed.Find(e => e.Atomic) is { } first)
        {
            var others = open.FindAll(e => e.Atomic && e.Number == first.Number);
            failed.AddRange(others.Select(e => Restoring(e, BecauseOf(SwitchOrder.Of(first)))));
            open.RemoveAll(others.Contains);
        }

        foreach (var entry in failed) await RestoreAsync(entry, entry.Failure!.ToFailure());
        foreach (var group in open.Where(e => !e.Atomic).Select(e => (List<JournalEntry>)[e]).Append([.. open.Where(e => e.Atomic)]))
            await GoForwardAsync(group);
    }

    private async Task GoForwardAsync(List<JournalEntry> group)
    {
        var parts = group.ConvertAll(PartOf);
        if (parts.Find(p => !p.Succeeded).Failure is not { } unreadable)
        {
            var orders = group.Zip(parts, (entry, part) => new StagedOrder(entry, part.Value!)).ToList();
            await SwitchAllAsync(orders, atomic: orders.Count > 1, recovers: true);
            return;
        }

        foreach (var entry in group) TryJournal(Restoring(entry, unreadable));
        foreach (var entry in group) await RestoreAsync(entry, unreadable);
    }

    private static JournalEntry Restoring(JournalEntry entry, ApplyFailure cause) =>
        entry with { Phase = JournalPhase.Restoring, Failure = FailureFact.Of(cause) };

    // A restore that fails reloads the software each time: it waits as any other failure does.
    private bool MayGoOn(JournalEntry entry) =>
        entry.Phase != JournalPhase.Restoring
            || !failedRestores.TryGetValue(entry.Service, out var failed)
            || ApplyDecision.RestoreIsDue(failed, clock.GetUtcNow());
}
