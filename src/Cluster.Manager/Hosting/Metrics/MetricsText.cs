using System.Globalization;
using System.Reflection;
using System.Text;
using Cluster.Contracts.Json;
using Cluster.Contracts.Rollouts;
using Cluster.Manager.Features.Sessions;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Metrics;

/// <summary>The figures of this manager in the text format of Prometheus.</summary>
internal sealed class MetricsText(ClusterDatabase database, SessionRegistry sessions, RequestCounts requests)
{
    /// <summary>Media type of the text.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string Version = typeof(MetricsText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Gathers and writes them; agents and requests are of this manager, the rest is of the installation.</summary>
    public async Task<string> WriteAsync(CancellationToken ct)
    {
        var (machines, rollouts) = await database.ReadAsync(
            async (db, token) => (
                await db.Machines.GroupBy(m => m.Status).Select(g => new { g.Key, Count = g.LongCount() }).ToListAsync(token),
                await db.Rollouts.Where(r => r.State == RolloutState.Queued || r.State == RolloutState.Running || r.State == RolloutState.Paused).GroupBy(r => r.State).Select(g => new { g.Key, Count = g.LongCount() }).ToListAsync(token)),
            ct);
        var text = new StringBuilder();
        Family(text, "cluster_manager_build_info", "gauge", "Version of the manager; always 1.", [($"version=\"{Version}\"", 1)]);
        Family(text, "cluster_agents_connected", "gauge", "Agents whose stream is open on this manager.", [(string.Empty, sessions.Count)]);
        Family(text, "cluster_machines", "gauge", "Machines by stored status.", machines.Select(m => ($"status=\"{EnumNames.Of(m.Key)}\"", m.Count)));
        Family(text, "cluster_rollouts", "gauge", "Rollouts that have not ended, by state.", rollouts.Select(r => ($"state=\"{EnumNames.Of(r.Key)}\"", r.Count)));
        Family(text, "cluster_rest_answers_total", "counter", "Answers of the REST endpoint by class of status.", Enumerable.Range(2, 4).Select(c => ($"class=\"{c}xx\"", requests.Of(c))));
        return text.ToString();
    }

    private static void Family(StringBuilder text, string name, string type, string help, IEnumerable<(string Labels, long Value)> samples)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach (var (labels, value) in samples) text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length == 0 ? string.Empty : $"{{{labels}}}")} {value}\n");
    }
}
