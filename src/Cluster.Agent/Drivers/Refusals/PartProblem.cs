using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Refusals;

/// <summary>Why something of a part cannot be applied. Without items the service as a whole cannot take it.</summary>
/// <param name="Code"><c>unsupported</c>, <c>invalid-part</c>, or a code of a certificate problem.</param>
/// <param name="Message">What is wrong and what to do, for people; never key material.</param>
internal sealed record PartProblem(string Code, string Message)
{
    /// <summary>The items that cannot be applied, or not together; empty = nothing of the part can.</summary>
    public IReadOnlyList<ItemName> Items { get; init; } = [];

    /// <summary>
    /// Whether an item that was applied before may stay live although this stands against it: it is refused by name, and nothing else is
    /// held back by what somebody changed on the host since.
    /// </summary>
    public bool LeavesLive { get; init; }

    /// <summary>
    /// Whether an item that is live although it is refused goes: without it the host by itself gives more than what stayed of it.
    /// </summary>
    public bool TakesDown { get; init; }

    /// <summary>Whether it counts only when nothing else is left to refuse: with what others refuse it may pass.</summary>
    public bool MayPassWithOthers { get; init; }

    /// <summary>Whether it may pass by itself, as a key does that has not arrived.</summary>
    public bool IsTransient => Code == ApplyCodes.KeyMissing;

    /// <summary>This driver, or this host's configuration, cannot express it.</summary>
    public static PartProblem Unsupported(ItemName item, string message) => new(ApplyCodes.Unsupported, message) { Items = [item] };

    /// <summary>The host's own configuration stands against it; what was applied of it before may stay.</summary>
    public static PartProblem OfHost(ItemName item, string message) => Unsupported(item, message) with { LeavesLive = true };

    /// <summary>The host asks for more by itself, and the items would lower it; what was applied of them before may stay.</summary>
    public static PartProblem Stronger(string message, params ItemName[] items) =>
        new(ApplyCodes.HostPolicyStronger, message) { Items = items, LeavesLive = true };

    /// <summary>The domain itself publishes that more is to be asked.</summary>
    /// <param name="item">The item.</param>
    /// <param name="message">For people.</param>
    /// <param name="hostGivesMore">Whether what was applied of it before goes, since the host gives more without it; else it may
    /// stay.</param>
    public static PartProblem PublishedStronger(ItemName item, string message, bool hostGivesMore) =>
        new(ApplyCodes.PublishedPolicyStronger, message) { Items = [item], LeavesLive = !hostGivesMore, TakesDown = hostGivesMore };

    /// <summary>The part contradicts itself.</summary>
    public static PartProblem Invalid(ItemName item, string message) => new(ApplyCodes.InvalidPart, message) { Items = [item] };

    /// <summary>One failure that tells all problems; its code is that of the first.</summary>
    public static ApplyFailure Failure(IReadOnlyList<PartProblem> problems)
    {
        var message = string.Join(" ", problems.Select(p => p.Message).Distinct(StringComparer.Ordinal));
        return problems.All(p => p.IsTransient)
            ? ApplyFailure.Transient(problems[0].Code, "validation", message)
            : ApplyFailure.Final(problems.First(p => !p.IsTransient).Code, "validation", message);
    }
}
