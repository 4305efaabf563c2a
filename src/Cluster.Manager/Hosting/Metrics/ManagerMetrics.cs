using System.Reflection;

namespace Cluster.Manager.Hosting.Metrics;

/// <summary>Figures of the program itself: its version, and what its REST endpoint answered.</summary>
internal sealed class ManagerMetrics(RequestCounts requests) : IMetricSource
{
    private static readonly string Version =
        typeof(ManagerMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <inheritdoc/>
    public Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<MetricFamily>>(
    [
        MetricFamily.Gauge(
            "cluster_manager_build_info", "Version of the manager; always 1.", new MetricSample(1, $"version=\"{Version}\"")),
        MetricFamily.Counter(
            "cluster_rest_answers_total",
            "REST responses by class of status.",
            [.. Enumerable.Range(2, 4).Select(c => new MetricSample(requests.Of(c), $"class=\"{c}xx\""))]),
    ]);
}
