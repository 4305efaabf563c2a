namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>Finds where whole messages are sent to be filtered: content_filter, of main.cf or of a single service.</summary>
internal static class FilterReader
{
    private const string ContentFilter = "content_filter";

    /// <summary>The filters.</summary>
    /// <param name="everywhere">content_filter of main.cf, expanded; null or empty = none.</param>
    /// <param name="options">Options of master.cf by <c>service/type</c>.</param>
    public static IReadOnlyList<Route> Read(
        string? everywhere, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> options)
    {
        var filters = new List<Route>();
        if (!string.IsNullOrEmpty(everywhere)) filters.Add(Route.Parse(everywhere, ContentFilter));
        foreach (var (service, own) in options)
        {
            if (own.GetValueOrDefault(ContentFilter) is { Length: > 0 } filter)
                filters.Add(Route.Parse(filter, $"{ContentFilter} of {service} in master.cf"));
        }

        return [.. filters.DistinctBy(f => (f.Transport, f.NextHop))];
    }
}
