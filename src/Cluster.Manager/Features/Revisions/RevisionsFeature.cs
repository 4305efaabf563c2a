using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Revisions: what was committed, what differs between two, and the ways back.</summary>
internal static class RevisionsFeature
{
    public static IServiceCollection AddRevisions(this IServiceCollection services) => services
        .AddSingleton<CommitResponse>()
        .AddSingleton<RollbackCommit>()
        .AddSingleton<RollBackRevision>()
        .AddSingleton<UndoRevision>()
        .AddSingleton<DiffRevisions>();

    /// <summary>Maps the operations under <c>/clusters/{c}</c>.</summary>
    public static void MapRevisions(this IEndpointRouteBuilder api)
    {
        var revisions = api.MapGroup("/clusters/{c}/revisions")
            .Tagged("revisions", "Committed states of the configuration: history, differences, and ways back.");
        ListRevisions.Map(revisions);
        GetRevision.Map(revisions);
        DiffRevisions.Map(revisions);
        RollBackRevision.Map(revisions);
        UndoRevision.Map(revisions);
        ConfirmRevision.Map(revisions);
    }
}
