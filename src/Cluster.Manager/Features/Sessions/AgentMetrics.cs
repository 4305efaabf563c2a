using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Manager.Hosting.Metrics;

namespace Cluster.Manager.Features.Sessions;

/// <summary>How many agents are connected to this manager.</summary>
internal sealed class AgentMetrics(SessionRegistry sessions) : IMetricSource
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<MetricFamily>>(
    [
        MetricFamily.Gauge("cluster_agents_connected", "Agents whose stream is open on this manager.", new MetricSample(sessions.Count)),
    ]);
}
