namespace Cluster.Agent.Drivers.Refusals;

/// <summary>How refused items are told.</summary>
internal static class RefusalText
{
    /// <summary>The failure of settings of which nothing can be taken on a host where nothing is applied: it stays untouched.</summary>
    public static ApplyFailure Failure(IReadOnlyList<RefusedItem> refused)
    {
        var message = string.Join(" ", refused.Select(r => r.Message));
        return refused.Any(r => r.MayPass)
            ? ApplyFailure.Transient(refused[0].Code, "validation", message)
            : ApplyFailure.Final(refused[0].Code, "validation", message);
    }

    /// <summary>The lines of a plan, one an item, after <c>!</c>; empty = none.</summary>
    public static string Plan(IReadOnlyList<RefusedItem> refused) =>
        string.Concat(refused.Select(r => $"! {r.Kind}/{r.Name} would be refused ({r.Code}): {r.Message}\n"));
}
