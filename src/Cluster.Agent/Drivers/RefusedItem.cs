using System.Text.Json.Serialization;
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
    public static ApplyFailure? FailureOf(IReadOnlyList<RefusedItem> refused)
    {
        if (refused.Count == 0) return null;
        var message = string.Join(" ", refused.Select(r => $"{r.Kind}/{r.Name} is refused: {r.Message}"));
        return refused.Any(r => r.MayPass)
            ? ApplyFailure.Transient(ApplyCodes.ItemRefused, "validation", message)
            : ApplyFailure.Final(ApplyCodes.ItemRefused, "validation", message);
    }

    /// <summary>Whether it may be taken later although no file changes: something that had to be asked gave no answer.</summary>
    [JsonIgnore]
    public bool MayPass => Code == ApplyCodes.LookupFailed;
}
