namespace Cluster.Manager.Hosting.Metrics;

/// <summary>Gives figures to /metrics; a feature registers one for what it knows.</summary>
internal interface IMetricSource
{
    /// <summary>Reads the figures of now.</summary>
    Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken ct);
}

/// <summary>Samples of one name.</summary>
/// <param name="Name">Name in the convention of Prometheus, for example <c>cluster_machines</c>.</param>
/// <param name="Type">gauge or counter.</param>
/// <param name="Help">One sentence for whoever reads the figures.</param>
/// <param name="Samples">A value for each set of labels.</param>
internal sealed record MetricFamily(string Name, string Type, string Help, IReadOnlyList<MetricSample> Samples)
{
    /// <summary>A value of now that may fall.</summary>
    public static MetricFamily Gauge(string name, string help, params IReadOnlyList<MetricSample> samples) =>
        new(name, "gauge", help, samples);

    /// <summary>A count since the manager started.</summary>
    public static MetricFamily Counter(string name, string help, params IReadOnlyList<MetricSample> samples) =>
        new(name, "counter", help, samples);
}

/// <summary>A value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Labels">Labels as they stand in the text, for example <c>state="running"</c>; empty = none.</param>
internal sealed record MetricSample(long Value, string Labels = "");
