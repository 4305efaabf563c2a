using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Groups;

/// <summary>
/// Groups of machines: which exist and what they say of themselves is configuration; which machine is in which is inventory.
/// </summary>
internal static class GroupsFeature
{
    public static IServiceCollection AddGroups(this IServiceCollection services) =>
        services.AddSingleton<GroupReading>().AddSingleton<GroupWriter>();

    public static void MapGroups(this IEndpointRouteBuilder api)
    {
        var groups = api.MapGroup("/clusters/{c}/groups")
            .Tagged("groups", "Groups of machines. A group is a level: its settings hold for its machines, and a machine overrides them.");
        ListGroups.Map(groups);
        GetGroup.Map(groups);
        PutGroup.Map(groups);
        PatchGroup.Map(groups);
        DeleteGroup.Map(groups);
    }
}
