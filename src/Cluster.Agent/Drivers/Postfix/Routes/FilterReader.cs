using Cluster.Agent.Drivers.Postfix.Control;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>
/// Finds where whole messages are sent to, past everything that routes them: by <c>content_filter</c>, by the action <c>FILTER</c> of
/// access(5) and header_checks(5), which any table can answer that smtpd(8) or cleanup(8) asks, and by <c>smtpd_proxy_filter</c>.
/// </summary>
internal sealed class FilterReader(PostfixCommands commands, string directory)
{
    /// <summary>The parameter with the names of the administrator's restriction classes, which are parameters themselves.</summary>
    public const string Classes = "smtpd_restriction_classes";

    private const string ContentFilter = "content_filter";
    private const string NextHopOfAll = "default_filter_nexthop";
    private const string ProxyFilter = "smtpd_proxy_filter";

    private static readonly string[] Restrictions =
    [
        "smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions", "smtpd_relay_restrictions",
        "smtpd_recipient_restrictions", "smtpd_data_restrictions", "smtpd_end_of_data_restrictions",
    ];

    // Those of smtp(8) (smtp_header_checks and so on) know no FILTER.
    private static readonly string[] Checks =
        ["header_checks", "mime_header_checks", "nested_header_checks", "body_checks", "milter_header_checks"];

    /// <summary>Names of all parameters of main.cf and master.cf that can send mail to a filter, as they are asked of postconf.</summary>
    public static IReadOnlyList<string> Parameters { get; } =
        [ContentFilter, NextHopOfAll, ProxyFilter, Classes, .. Restrictions, .. Checks];

    /// <summary>Finds them.</summary>
    /// <param name="parameters">Of main.cf, expanded.</param>
    /// <param name="options">Options of master.cf by <c>service/type</c>, expanded.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<FoundFilters> ReadAsync(
        IReadOnlyDictionary<string, string> parameters,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> options,
        CancellationToken ct)
    {
        var tables = new ActionTables(commands, directory);
        var proxies = new List<Route>();
        var classes = NamesOfClasses(options.Values.Prepend(parameters));
        if (classes.Count > 0)
        {
            foreach (var (name, value) in await commands.ParametersAsync(directory, classes, expand: true, ct))
                await tables.AddRestrictionsAsync(value, name, ct);
        }

        foreach (var (where, values) in options.Select(o => ($" of {o.Key} in master.cf", o.Value)).Prepend(("", parameters)))
        {
            // An entry in master.cf may say anew what a class is.
            foreach (var name in Restrictions.Concat(classes).Where(values.ContainsKey))
                await tables.AddRestrictionsAsync(values[name], name + where, ct);
            foreach (var name in Checks.Where(values.ContainsKey)) await tables.AddTablesAsync(values[name], name + where, ct);
            if (values.GetValueOrDefault(ContentFilter) is { Length: > 0 } filter)
                tables.Found.Add(Route.Parse(filter, ContentFilter + where));
            if (values.GetValueOrDefault(ProxyFilter) is { Length: > 0 } proxy)
                proxies.Add(new Route("", proxy.ToLowerInvariant(), ProxyFilter + where));
        }

        // qmgr(8): a filter without a destination has this one; while it is empty, the recipient's domain.
        var hop = (parameters.GetValueOrDefault(NextHopOfAll) ?? "").ToLowerInvariant();
        var filters = tables.Found.Select(f => f.NextHop.Length == 0 ? f with { NextHop = hop } : f);
        return new FoundFilters([.. filters.DistinctBy(f => (f.Transport, f.NextHop))], proxies, tables.Untold, tables.Unread);
    }

    /// <summary>The administrator's restriction classes that any of these values names, each once.</summary>
    /// <param name="values">Of main.cf, and options of entries of master.cf, by parameter.</param>
    private static IReadOnlyList<string> NamesOfClasses(IEnumerable<IReadOnlyDictionary<string, string>> values) =>
    [
        .. values.SelectMany(v => Words.Of(v.GetValueOrDefault(Classes)))
            .Where(n => !n.StartsWith(PostfixNames.Prefix, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal),
    ];
}
