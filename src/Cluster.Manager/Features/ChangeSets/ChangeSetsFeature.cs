using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Change sets: staged edits, looked at, resolved, validated and committed as one revision.</summary>
internal static class ChangeSetsFeature
{
    public static IServiceCollection AddChangeSets(this IServiceCollection services) =>
        services.AddSingleton<StagedChanges>().AddSingleton<ResolveConflicts>().AddSingleton<CommitChangeSet>();

    /// <summary>Maps the operations under <c>/clusters/{c}</c>.</summary>
    public static void MapChangeSets(this IEndpointRouteBuilder api)
    {
        var changeSets = api.MapGroup("/clusters/{c}/change-sets")
            .Tagged("change-sets", "Edits that are staged together, validated, and committed as one revision.");
        ListChangeSets.Map(changeSets);
        OpenChangeSet.Map(changeSets);
        GetChangeSet.Map(changeSets);
        AbandonChangeSet.Map(changeSets);
        ListEdits.Map(changeSets);
        UnstageEdit.Map(changeSets);
        ResolveConflicts.Map(changeSets);
        DiffChangeSet.Map(changeSets);
        ValidateChangeSet.Map(changeSets);
        CommitChangeSet.Map(changeSets);
    }
}
