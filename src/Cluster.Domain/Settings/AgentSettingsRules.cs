using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

internal static class AgentSettingsRules
{
    public static IReadOnlyList<DocumentRule<AgentSettings>> All { get; } =
    [
        static (settings, _) => Between(settings.IdentityLifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(90), "/identityLifetime"),
        static (settings, _) => Between(settings.ExpiredIdentityGrace, TimeSpan.Zero, TimeSpan.FromDays(3650), "/expiredIdentityGrace"),
    ];

    private static IEnumerable<FieldError> Between(string? text, TimeSpan minimum, TimeSpan maximum, string pointer)
    {
        if (DurationRules.Check(text, minimum, maximum, pointer) is { } error) yield return error;
    }
}
