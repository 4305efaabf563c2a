using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Contracts.Time;

namespace Cluster.Domain.Settings;

internal static class AgentSettingsRules
{
    public static IReadOnlyList<DocumentRule<AgentSettings>> All { get; } =
    [
        static (settings, _) => Between(settings.IdentityLifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(90), "1h", "90d", "/identityLifetime"),
        static (settings, _) => Between(settings.ExpiredIdentityGrace, TimeSpan.Zero, TimeSpan.FromDays(3650), "0s", "3650d", "/expiredIdentityGrace"),
    ];

    private static IEnumerable<FieldError> Between(string? text, TimeSpan minimum, TimeSpan maximum, string from, string to, string pointer)
    {
        if (text is null) yield break;
        if (!DurationText.TryParse(text, out var value)) yield return new FieldError(pointer, "duration", "A duration is a whole number with s, m, h or d, for example 90s, 12h or 30d.");
        else if (value < minimum || value > maximum) yield return new FieldError(pointer, "range", $"The duration must lie between {from} and {to}.");
    }
}
