using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Apply;

/// <summary>Everything that decides whether a service restores what stood before the join.</summary>
internal sealed record UnmanageSituation
{
    /// <summary>The assignment that counts now; null = none.</summary>
    public HeldOffer? InForce { get; init; }

    /// <summary>Part that it names for the service; null = none.</summary>
    public string? Desired { get; init; }

    /// <summary>Whether that part is here and can be read.</summary>
    public bool Readable { get; init; }

    /// <summary>Part that is live; null = none.</summary>
    public string? Applied { get; init; }
}

/// <summary>Decides what a look at the host does beyond the need of one service (<see cref="ApplyDecision"/>); pure.</summary>
internal static class LookDecision
{
    private static readonly TimeSpan LargestSkew = TimeSpan.FromDays(1);

    /// <summary>The assignment that counts: the newest, or, when it was not confirmed in time, the one before if there is one.</summary>
    /// <param name="newest">The newest that is stored.</param>
    /// <param name="previous">The one that was in force before it.</param>
    /// <param name="managerNow">Now by the manager's clock.</param>
    public static HeldOffer? InForce(HeldOffer? newest, HeldOffer? previous, DateTimeOffset managerNow)
    {
        if (newest is null) return null;
        var deadline = newest.Assignment.ConfirmDeadline;
        var returned = deadline != 0 && managerNow.ToUnixTimeMilliseconds() >= deadline;
        return returned ? previous ?? newest : newest;
    }

    /// <summary>
    /// How far the manager's clock is from the host's. The session process says so, which may be anybody's: more than a day is ignored, so
    /// that nobody keeps a host from returning to what was confirmed for longer than that.
    /// </summary>
    /// <param name="seconds">What it said; any number, or none.</param>
    public static TimeSpan ClockSkew(double seconds) =>
        Math.Abs(seconds) <= LargestSkew.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    /// <summary>Whether files are known to be what they were: hashes that could not be made (empty) show nothing.</summary>
    public static bool IsUnchanged(string before, string now) => before.Length > 0 && before == now;

    /// <summary>Whether a hold ends by itself now.</summary>
    public static bool HoldEnds(HoldRecord? hold, DateTimeOffset now) => hold is { Until: { } until } && now >= until;

    /// <summary>
    /// Whether a service may restore what stood before the join for what is no longer defined: only when it can be told what is.
    /// </summary>
    public static bool MayUnmanage(UnmanageSituation s)
    {
        if (s.InForce is null or { Assignment.Observe: true }) return false;
        return s.Desired is null || (s.Readable && s.Applied == s.Desired);
    }

    /// <summary>Whether applying a part only puts differences right that the agent did not make.</summary>
    public static bool IsRepair(ServiceRecord record, string part) =>
        record.Applied?.Part == part && record.Drift.Any(d => d.Path is not (DriftFact.Probe or DriftFact.Observation));

    /// <summary>
    /// The orders of which one that fails restores all. What only renews or repairs the part that a service has already is not among them:
    /// it makes no service differ from another, and must not wait for one that cannot be mended.
    /// </summary>
    /// <param name="inForce">The assignment in force.</param>
    /// <param name="orders">All that are due.</param>
    /// <param name="applied">The part that a service has; null = none.</param>
    public static IReadOnlyList<SwitchOrder> AllOrNone(HeldOffer inForce, IReadOnlyList<SwitchOrder> orders, Func<string, string?> applied)
    {
        if (!inForce.Assignment.AtomicHost) return [];
        List<SwitchOrder> changes = [.. orders.Where(o => applied(o.Service) != o.Part)];
        return changes.Count > 1 ? changes : [];
    }

    /// <summary>
    /// Whether the administrator's own files have to be read: a final failure is held back until they change, and items that were refused
    /// are tried as soon as they do.
    /// </summary>
    public static bool NeedsFingerprint(ServiceRecord record, string? desired) =>
        record.Attempted is { Error: { } error } last && last.Part == desired
        && (error.Kind == ApplyFailureKind.Final || error.Code == ApplyCodes.ItemRefused);

    /// <summary>Whether the disk has to be tried: only a failure that it explains ends with it.</summary>
    public static bool NeedsDiskTrial(ServiceRecord record) => record.Attempted?.Error?.Check == ApplyFailure.DiskCheck;

    /// <summary>The record when the part that is live is named by the assignment in force.</summary>
    public static ServiceRecord MovedOn(ServiceRecord record, string? desired, HeldOffer? inForce) =>
        inForce is null || desired is null || record.Applied?.Part != desired
            ? record
            : ServiceFacts.MovedOn(record, inForce.Assignment.Number, inForce.Assignment.Revision);

    /// <summary>Parts that must stay: those of the assignments that count or may count again, and what is live.</summary>
    /// <param name="assignments">In force, newest and previous; null = there is none.</param>
    /// <param name="applied">Part that is live, by local service; null = none.</param>
    public static IReadOnlySet<string> NeededParts(
        IEnumerable<HeldOffer?> assignments, IReadOnlyDictionary<string, string?> applied) =>
        assignments.OfType<HeldOffer>()
            .SelectMany(a => a.Bundle.Parts)
            .Where(p => applied.ContainsKey(p.Service))
            .Select(p => p.Sha256)
            .Concat(applied.Values.OfType<string>())
            .ToHashSet(StringComparer.Ordinal);
}
