using System.Text.Json.Nodes;
using Cluster.Domain.Capabilities;

namespace Cluster.Manager.Features.Sessions.Reports;

/// <summary>What an announcement gains and loses against the one before, for the audit.</summary>
internal static class AnnouncementChange
{
    private const int MostNamed = 50;

    /// <summary>Describes it; what stays is left out, and of very many the first are named and the others counted.</summary>
    public static JsonObject Between(IReadOnlyList<ServiceCapabilities> before, IReadOnlyList<ServiceCapabilities> after)
    {
        var detail = new JsonObject();
        Add(detail, "services", before, after, static s => [s.Name]);
        Add(detail, "drivers", before, after, static s => [$"{s.Name}: {s.Driver}"]);
        Add(detail, "endpoints", before, after, static s => s.Endpoints.Select(e => $"{s.Name}: {e.Kind}/{e.Name}"));
        Add(detail, "kinds", before, after, static s => s.Kinds.Select(k => $"{s.Name}: {k}"));
        Add(detail, "features", before, after, static s => s.Features.Select(f => $"{s.Name}: {f}"));
        return detail;
    }

    private static void Add(
        JsonObject detail,
        string what,
        IReadOnlyList<ServiceCapabilities> before,
        IReadOnlyList<ServiceCapabilities> after,
        Func<ServiceCapabilities, IEnumerable<string>> names)
    {
        var (old, now) = (
            before.SelectMany(names).ToHashSet(StringComparer.Ordinal), after.SelectMany(names).ToHashSet(StringComparer.Ordinal));
        var change = new JsonObject();
        Name(change, "gained", now.Except(old));
        Name(change, "lost", old.Except(now));
        if (change.Count > 0) detail[what] = change;
    }

    private static void Name(JsonObject change, string direction, IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        if (all.Count == 0) return;
        change[direction] = new JsonArray([.. all.Take(MostNamed).Select(n => (JsonNode)n)]);
        if (all.Count > MostNamed) change[$"{direction}More"] = all.Count - MostNamed;
    }
}
