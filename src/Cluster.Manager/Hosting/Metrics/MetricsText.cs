using System.Globalization;
using System.Text;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Metrics;

/// <summary>The figures of all sources in the text format of Prometheus.</summary>
internal sealed class MetricsText(IEnumerable<IMetricSource> sources)
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Gathers the figures and writes them, sources in the order of their registration.</summary>
    public async Task<string> WriteAsync(CancellationToken ct)
    {
        var text = new StringBuilder();
        foreach (var source in sources)
        {
            foreach (var family in await source.ReadAsync(ct)) Append(text, family);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, MetricFamily family)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {family.Type}\n");
        foreach (var sample in family.Samples)
        {
            text.Append(family.Name);
            if (sample.Labels.Length > 0) text.Append(CultureInfo.InvariantCulture, $"{{{sample.Labels}}}");
            text.Append(CultureInfo.InvariantCulture, $" {sample.Value}\n");
        }
    }
}
