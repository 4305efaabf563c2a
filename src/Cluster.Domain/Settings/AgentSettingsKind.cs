using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>Settings of the agents: the manager issues identities by them, and tells each service its drift policy.</summary>
internal sealed class AgentSettingsKind() : KindDefinition<AgentSettings>(Reach.Manager)
{
    protected override IReadOnlyList<DocumentRule<AgentSettings>> Rules { get; } =
    [
        static (settings, _) => Between(settings.IdentityLifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(90), "/identityLifetime"),
        static (settings, _) => Between(settings.ExpiredIdentityGrace, TimeSpan.Zero, TimeSpan.FromDays(3650), "/expiredIdentityGrace"),
    ];

    protected override IEnumerable<Need> NeedsOf(AgentSettings document, NeedContext context)
    {
        if (document.Drift?.Of(context.Service) == DriftPolicy.Repair) yield return new Need(Features.DriftRepair, "drift policy 'repair'");
    }

    private static IEnumerable<FieldError> Between(string? text, TimeSpan minimum, TimeSpan maximum, string pointer)
    {
        if (DurationRules.Check(text, minimum, maximum, pointer) is { } error) yield return error;
    }
}
