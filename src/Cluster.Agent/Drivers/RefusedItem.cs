using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers;

/// <summary>An item or endpoint that a driver cannot take while it takes the rest of the part.</summary>
/// <param name="Kind">Kind of the item.</param>
/// <param name="Name">Name of the item.</param>
/// <param name="Code">Stable, for example <c>unsupported</c>.</param>
/// <param name="Message">What is wrong and what to do, for people; never key material.</param>
internal sealed record RefusedItem(string Kind, string Name, string Code, string Message)
{
    /// <summary>The failure that an attempt with refused items counts as; null when there are none.</summary>
    public static ApplyFailure? FailureOf(IReadOnlyList<RefusedItem> refused) => refused.Count == 0
        ? null
        : ApplyFailure.Final(
            ApplyCodes.ItemRefused, "validation", string.Join(" ", refused.Select(r => $"{r.Kind}/{r.Name} is refused: {r.Message}")));
}
