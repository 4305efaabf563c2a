using Cluster.Contracts.Json;
using Cluster.Contracts.Time;

namespace Cluster.Domain.Settings;

/// <summary>Reads durations that people write, each within its bounds.</summary>
public static class DurationRules
{
    /// <summary>Reads a duration that may be absent.</summary>
    /// <param name="text">The text; null = absent.</param>
    /// <param name="minimum">Shortest.</param>
    /// <param name="maximum">Longest.</param>
    /// <param name="pointer">Pointer of the member.</param>
    /// <param name="errors">Gets what is wrong with it.</param>
    /// <returns>Null when it is absent or wrong.</returns>
    public static TimeSpan? Read(string? text, TimeSpan minimum, TimeSpan maximum, string pointer, ICollection<FieldError> errors)
    {
        if (text is null) return null;
        if (Check(text, minimum, maximum, pointer) is { } error)
        {
            errors.Add(error);
            return null;
        }

        return DurationText.TryParse(text, out var value) ? value : null;
    }

    /// <summary>What is wrong with a duration; null = nothing.</summary>
    public static FieldError? Check(string? text, TimeSpan minimum, TimeSpan maximum, string pointer)
    {
        if (text is null) return null;
        if (!DurationText.TryParse(text, out var value))
            return new FieldError(
                pointer, FieldErrorCodes.Duration, "A duration is a whole number with s, m, h or d, for example 90s, 12h or 30d.");
        if (value >= minimum && value <= maximum) return null;
        return new FieldError(
            pointer,
            FieldErrorCodes.Range,
            $"The duration must be between {DurationText.Format(minimum)} and {DurationText.Format(maximum)}.");
    }
}
