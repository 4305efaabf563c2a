namespace Cluster.Domain.Reports;

/// <summary>
/// What is different between two reports of one host. Whoever must react to a change reads it here instead of comparing again.
/// </summary>
public sealed record HostStatusChange
{
    private HostStatusChange(HostStatus before, HostStatus after, IReadOnlyList<StatusTransition> transitions)
    {
        Before = before;
        After = after;
        Transitions = transitions;
    }

    /// <summary>What was reported before.</summary>
    public HostStatus Before { get; }

    /// <summary>What is reported now.</summary>
    public HostStatus After { get; }

    /// <summary>What happened in between, by service; empty when only times, texts or numbers of sequence differ.</summary>
    public IReadOnlyList<StatusTransition> Transitions { get; }

    /// <summary>Whether anything happened that decides how far the machine is in a rollout.</summary>
    public bool IsProgress => Transitions.Any(t => t.What
        is not (StatusTransitionKind.Started
            or StatusTransitionKind.Stopped
            or StatusTransitionKind.DriftFound
            or StatusTransitionKind.DriftEnded));

    /// <summary>Compares two reports.</summary>
    public static HostStatusChange Between(HostStatus before, HostStatus after)
    {
        var names =
            before.Services.Concat(after.Services).Select(s => s.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var transitions = OfHost(before, after).Concat(names.SelectMany(n => OfService(n, before.Find(n), after.Find(n))));
        return new HostStatusChange(before, after, [.. transitions]);
    }

    private static IEnumerable<StatusTransition> OfHost(HostStatus before, HostStatus after)
    {
        if (Turned(before.Hold is not null, after.Hold is not null) is { } held)
            yield return new StatusTransition(null, held ? StatusTransitionKind.Held : StatusTransitionKind.Released);
        if (Turned(before.LocalProblem.Length > 0, after.LocalProblem.Length > 0) is { } broken)
            yield return new StatusTransition(null, broken ? StatusTransitionKind.ProblemFound : StatusTransitionKind.ProblemEnded);
    }

    private static IEnumerable<StatusTransition> OfService(string name, ServiceReport? before, ServiceReport? after)
    {
        // Nothing more is known of it: that is no lost proof and no end of drift.
        if (after is not { } now)
        {
            yield return new StatusTransition(name, StatusTransitionKind.Gone);
            yield break;
        }

        var old = before ?? new ServiceReport { Name = name };
        if (Turned(old.Running, now.Running) is { } running)
            yield return new StatusTransition(name, running ? StatusTransitionKind.Started : StatusTransitionKind.Stopped);
        if (Turned(old.Applying, now.Applying) is { } applying)
            yield return new StatusTransition(name, applying ? StatusTransitionKind.ApplyBegan : StatusTransitionKind.ApplyEnded);
        if ((old.Applied?.Part, old.Applied?.Number) != (now.Applied?.Part, now.Applied?.Number))
            yield return new StatusTransition(name, StatusTransitionKind.Applied);
        if (AttemptOf(old) != AttemptOf(now))
            yield return new StatusTransition(
                name, now.Attempted?.Error is null ? StatusTransitionKind.AttemptSucceeded : StatusTransitionKind.AttemptFailed);
        if (old.Verified?.Part != now.Verified?.Part)
            yield return new StatusTransition(name, now.Verified is null ? StatusTransitionKind.ProofLost : StatusTransitionKind.Verified);
        if (!ItemsOf(old).SetEquals(ItemsOf(now)))
            yield return new StatusTransition(
                name, now.Refused.Count > 0 ? StatusTransitionKind.ItemsRefused : StatusTransitionKind.ItemsTaken);
        if (Turned(old.Drift.Count > 0, now.Drift.Count > 0) is { } differs)
            yield return new StatusTransition(name, differs ? StatusTransitionKind.DriftFound : StatusTransitionKind.DriftEnded);
    }

    private static bool? Turned(bool before, bool after) => before == after ? null : after;

    private static (string? Part, long? Number, string? Code) AttemptOf(ServiceReport service) =>
        (service.Attempted?.Part, service.Attempted?.Number, service.Attempted?.Error?.Code);

    private static HashSet<string> ItemsOf(ServiceReport service) => [.. service.Refused.Select(r => $"{r.Kind}/{r.Name}")];
}

/// <summary>Something that happened on a host between two reports.</summary>
/// <param name="Service">The service; null = the whole host.</param>
/// <param name="What">What happened.</param>
public readonly record struct StatusTransition(string? Service, StatusTransitionKind What);

/// <summary>What can happen between two reports.</summary>
public enum StatusTransitionKind
{
    /// <summary>The host's administrator held it.</summary>
    Held,

    /// <summary>The hold ended.</summary>
    Released,

    /// <summary>The host applies nothing any more, for a reason of its own.</summary>
    ProblemFound,

    /// <summary>That reason has gone.</summary>
    ProblemEnded,

    /// <summary>The host's local file does not list the service any more.</summary>
    Gone,

    /// <summary>The software was started.</summary>
    Started,

    /// <summary>The software was stopped.</summary>
    Stopped,

    /// <summary>The agent began to apply a part.</summary>
    ApplyBegan,

    /// <summary>A change of the service ended, well or not.</summary>
    ApplyEnded,

    /// <summary>Another part is live, or the same for a newer assignment.</summary>
    Applied,

    /// <summary>Another attempt ended well.</summary>
    AttemptSucceeded,

    /// <summary>Another attempt failed, or failed for another reason.</summary>
    AttemptFailed,

    /// <summary>Another part is proven.</summary>
    Verified,

    /// <summary>What is live could not be proven any more.</summary>
    ProofLost,

    /// <summary>Items are refused, or others than before.</summary>
    ItemsRefused,

    /// <summary>No item is refused any more.</summary>
    ItemsTaken,

    /// <summary>The host differs from what was applied.</summary>
    DriftFound,

    /// <summary>The host does not differ any more.</summary>
    DriftEnded,
}
