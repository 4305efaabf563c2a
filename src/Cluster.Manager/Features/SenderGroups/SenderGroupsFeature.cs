using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Endpoints;

namespace Cluster.Manager.Features.SenderGroups;

/// <summary>The sender groups of a listener as text, as administrators of AsyncOS know their host access table.</summary>
internal static class SenderGroupsFeature
{
    /// <summary>Maps the operations under <c>/clusters/{c}</c>.</summary>
    public static void MapSenderGroups(this IEndpointRouteBuilder api)
    {
        var kind = SettingsKinds.Listeners;
        var groups = api.MapGroup($"/clusters/{{c}}{kind.Path}").WithTags(kind.Kind);
        groups.BodyLimit(kind.BodyMebibytes!.Value);
        GetSenderGroups.Map(groups);
        PutSenderGroups.Map(groups);
    }
}
