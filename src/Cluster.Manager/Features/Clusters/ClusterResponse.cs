using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Clusters;

/// <summary>How clusters are shown and checked.</summary>
internal static class ClusterResponse
{
    public const string Example = """{"id":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","name":"mail","state":"ok","epoch":1,"revision":12,"baseline":12,"createdAt":"2026-11-24T08:00:00Z"}""";

    /// <summary>Example of what is written.</summary>
    public const string WriteExample = """{"name":"mail"}""";

    public static ClusterShape Show(ManagedCluster cluster) => new()
    {
        Id = cluster.Id,
        Name = cluster.Name,
        State = cluster.Forked ? ClusterState.Forked : ClusterState.Ok,
        Epoch = cluster.EpochNumber,
        Revision = cluster.Revision,
        Baseline = cluster.Baseline,
        CreatedAt = cluster.CreatedAt,
    };

    /// <summary>Entity tag: its own stored state, never the revision.</summary>
    public static string Tag(ManagedCluster cluster) => ETags.Of("cluster", cluster.Id, cluster.Name);

    /// <summary>Answers with a cluster and its tag.</summary>
    public static IResult Answer(HttpContext context, ManagedCluster cluster) =>
        JsonReplies.Live(context, Show(cluster), RestJson.Default.ClusterShape, Tag(cluster));

    /// <summary>Answers with a cluster that was made.</summary>
    public static IResult Created(HttpContext context, Outcome<ManagedCluster> made) => made.Match(
        c => JsonReplies.Created(context, $"/api/v1/clusters/{c.Name}", Show(c), RestJson.Default.ClusterShape, Tag(c)));

    public static Failure? CheckName(string name) =>
        ItemNames.Check(GroupSettings.Kind, name, "/name") is { } error ? CommonFailures.Invalid(error) : null;
}
