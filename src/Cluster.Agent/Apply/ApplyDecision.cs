using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Apply;

/// <summary>What a service needs now.</summary>
internal enum ServiceNeed
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its part is to be applied.</summary>
    Apply,

    /// <summary>Mode observe: the plan is to be made.</summary>
    Plan,

    /// <summary>What is live is to be proven (again) and looked at for drift.</summary>
    Prove,
}

/// <summary>Everything that decides what a service needs.</summary>
internal sealed record ServiceSituation
{
    /// <summary>Part that the assignment names; null = none.</summary>
    public string? Desired { get; init; }

    /// <summary>What happened so far.</summary>
    public required ServiceRecord Record { get; init; }

    /// <summary>Attempt of the assignment.</summary>
    public uint Attempt { get; init; }

    /// <summary>Mode observe.</summary>
    public bool Observe { get; init; }

    /// <summary>Held by the host's administrator.</summary>
    public bool Held { get; init; }

    /// <summary>Whether the software runs.</summary>
    public bool Running { get; init; }

    /// <summary>A restore of the last good state failed and is to be tried again: what the software runs is not known.</summary>
    public bool Restoring { get; init; }

    public required string AgentVersion { get; init; }

    /// <summary>Hash of the administrator's own files now.</summary>
    public required string LocalFingerprint { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether the cause of a failure that disk space explains has gone.</summary>
    public bool DiskWorks { get; init; }

    /// <summary>Differences that people make are put right.</summary>
    public bool Repair { get; init; }

    /// <summary>When this process repaired last; null = not yet.</summary>
    public DateTimeOffset? RepairedAt { get; init; }

    /// <summary>When this process looked last; null = not yet.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>The administrator's own files, or the agent's, are others than when this process proved last what is live.</summary>
    public bool FilesChanged { get; init; }

    /// <summary>Somebody asked to look now.</summary>
    public bool CheckAsked { get; init; }

    /// <summary>What the driver knows from beside the host now; empty = nothing that matters.</summary>
    public string Findings { get; init; } = "";
}

/// <summary>A restore of the last good state that did not succeed.</summary>
/// <param name="At">When it failed last.</param>
/// <param name="Times">How often it failed in a row.</param>
internal readonly record struct FailedRestore(DateTimeOffset At, int Times);

/// <summary>Decides what a service needs and when to try again; pure.</summary>
internal static class ApplyDecision
{
    /// <summary>How often what is live is proven again.</summary>
    public static readonly TimeSpan ProofInterval = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait between two tries of a transient failure.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan ProofPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);

    public static ServiceNeed Of(ServiceSituation s)
    {
        var applied = s.Record.Applied?.Part;
        // Files may be the old ones while the software still runs the new: only a part that is applied whole ends that early.
        if (s.Restoring) return s.Desired is not null && !s.Observe && !s.Held && MayTry(s) ? ServiceNeed.Apply : ServiceNeed.None;
        if (s.Desired is not null && s.Desired == applied && RetryIsAsked(s)) return ServiceNeed.Apply;
        if (s.Desired is not null && s.Desired == applied && RepairIsDue(s)) return ServiceNeed.Apply;
        if (s.Desired is not null && s.Desired == applied && RenewalIsDue(s)) return ServiceNeed.Apply;
        if (s.Desired is null || s.Desired == applied) return applied is not null && ProofIsDue(s) ? ServiceNeed.Prove : ServiceNeed.None;
        if (s.Observe && (s.Record.PlannedPart != s.Desired || s.CheckAsked)) return ServiceNeed.Plan;
        if (!s.Observe && !s.Held && MayTry(s)) return ServiceNeed.Apply;
        return applied is not null && ProofIsDue(s) ? ServiceNeed.Prove : ServiceNeed.None;
    }

    /// <summary>When a part that failed transiently for the n-th time in a row is tried again.</summary>
    public static TimeSpan RetryAfter(int failures)
    {
        var growing = FirstRetry * Math.Pow(2, Math.Min(failures - 1, 12));
        return growing < LongestRetry ? growing : LongestRetry;
    }

    /// <summary>Whether the last look is long enough ago; a clock that was set back does not hold it up.</summary>
    public static bool MayProve(DateTimeOffset looked, DateTimeOffset now) => now < looked || now - looked >= ProofPause;

    /// <summary>Whether a restore that failed is tried again; a clock that was set back does not hold it up.</summary>
    public static bool RestoreIsDue(FailedRestore failed, DateTimeOffset now) =>
        now < failed.At || now - failed.At >= RetryAfter(failed.Times);

    private static bool MayTry(ServiceSituation s)
    {
        if (s.Record.Attempted is not { Error: { } error } last || last.Part != s.Desired || s.Attempt > last.Attempt) return true;
        var changed = last.AgentVersion != s.AgentVersion || FilesMayDiffer(last, s);
        if (error.Kind != ApplyFailureKind.Transient || (changed && error.Code == ApplyCodes.ItemRefused)) return changed;
        return last.RetryAt is not { } at || s.Now >= at || (error.Check == ApplyFailure.DiskCheck && s.DiskWorks) || s.Now < last.At;
    }

    // Files that cannot be read may have changed at any time: it is tried now and then, not at every look.
    private static bool FilesMayDiffer(AttemptedFact last, ServiceSituation s) =>
        s.LocalFingerprint.Length > 0
            ? last.LocalFingerprint != s.LocalFingerprint
            : s.Now < last.At || s.Now - last.At >= LongestRetry;

    // What was applied may have been overwritten on the host: a retry brings back what cannot be shown to be live, and goes on
    // over transient failures.
    private static bool RetryIsAsked(ServiceSituation s)
    {
        if (s.Observe || s.Held) return false;
        if (s.Record.Refused.Count > 0) return MayTry(s);
        if (s.Record.Verified?.Part == s.Desired) return false;
        var last = s.Record.Attempted is { } attempted && attempted.Part == s.Desired ? attempted : null;
        return s.Attempt > (last?.Attempt ?? 0) || (last is { Attempt: > 0, Error.Kind: ApplyFailureKind.Transient } && MayTry(s));
    }

    // What comes back at once is somebody else's doing (another tool): it is not fought more often than looked at.
    private static bool RepairIsDue(ServiceSituation s)
    {
        if (!s.Repair || s.Observe || s.Held || !HasDrift(s)) return false;
        // Refused items hold back only themselves: what is live is kept right all the same.
        if (!MayTry(s) && s.Record.Attempted?.Error?.Code != ApplyCodes.ItemRefused) return false;
        return s.CheckAsked || s.RepairedAt is not { } last || s.Now < last || s.Now - last >= ProofInterval;
    }

    // Another version of the agent, what stopped software could not say, and what was found out since may make other files of the same
    // part, or refuse other items of it. What people changed stays where it is only reported: it is looked for first.
    private static bool RenewalIsDue(ServiceSituation s)
    {
        if (s.Observe || s.Held || s.FilesChanged || (!s.Repair && HasDrift(s))) return false;
        var applied = s.Record.Applied!;
        // An attempt with refused items was applied, and so knew what it knew. What strangers publish does not have it done over and over.
        var mayFollow = s.Record.Attempted is not { } last || s.Now < last.At || s.Now - last.At >= ProofInterval;
        if (applied.Findings != s.Findings && mayFollow && (MayTry(s) || s.Record.Attempted?.Error?.Code == ApplyCodes.ItemRefused))
            return true;
        if (!MayTry(s)) return false;
        return applied.AgentVersion != s.AgentVersion || (applied.WhileStopped && s.Running);
    }

    private static bool HasDrift(ServiceSituation s) => s.Record.Drift.Any(d => d.Path is not (DriftFact.Probe or DriftFact.Observation));

    private static bool ProofIsDue(ServiceSituation s)
    {
        if (s.CheckAsked || s.LookedAt is not { } looked) return true;
        if (!MayProve(looked, s.Now)) return false;
        if (s.FilesChanged) return true;
        if (s.Record.Verified is not { } proof || proof.Part != s.Record.Applied?.Part) return true;
        if (proof.Proof.Method == VerificationMethod.Pending) return s.Running;
        return s.Now - proof.At >= ProofInterval || s.Now < proof.At;
    }
}
