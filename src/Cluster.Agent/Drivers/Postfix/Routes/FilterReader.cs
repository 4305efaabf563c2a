using Cluster.Agent.Drivers.Postfix.Control;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>
/// Finds where whole messages are sent to, past everything that routes them: by <c>content_filter</c>, and by the action <c>FILTER</c> of
/// access(5) and header_checks(5), which any table can answer that smtpd(8) or cleanup(8) asks.
/// </summary>
internal sealed class FilterReader(PostfixCommands commands, string directory)
{
    /// <summary>The parameter with the names of the administrator's restriction classes, which are parameters themselves.</summary>
    public const string Classes = "smtpd_restriction_classes";

    private const string ContentFilter = "content_filter";
    private const string NextHopOfAll = "default_filter_nexthop";

    private static readonly string[] Restrictions =
    [
        "smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions", "smtpd_relay_restrictions",
        "smtpd_recipient_restrictions", "smtpd_data_restrictions", "smtpd_end_of_data_restrictions",
    ];

    // Those of smtp(8) (smtp_header_checks and so on) know no FILTER.
    private static readonly string[] Checks =
        ["header_checks", "mime_header_checks", "nested_header_checks", "body_checks", "milter_header_checks"];

    /// <summary>Names of all parameters of main.cf and master.cf that can send mail to a filter, as they are asked of postconf.</summary>
    public static IReadOnlyList<string> Parameters { get; } = [ContentFilter, NextHopOfAll, Classes, .. Restrictions, .. Checks];

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
        var classes = await ClassesAsync(parameters, ct);
        foreach (var (name, value) in classes) await tables.AddRestrictionsAsync(value, name, ct);
        foreach (var (where, values) in options.Select(o => ($" of {o.Key} in master.cf", o.Value)).Prepend(("", parameters)))
        {
            foreach (var name in Restrictions.Where(values.ContainsKey))
                await tables.AddRestrictionsAsync(values[name], name + where, ct);
            foreach (var name in Checks.Where(values.ContainsKey)) await tables.AddTablesAsync(values[name], name + where, ct);
            if (values.GetValueOrDefault(ContentFilter) is { Length: > 0 } filter)
                tables.Found.Add(Route.Parse(filter, ContentFilter + where));
        }

        // qmgr(8): a filter without a destination has this one; while it is empty, the recipient's domain.
        var hop = (parameters.GetValueOrDefault(NextHopOfAll) ?? "").ToLowerInvariant();
        var filters = tables.Found.Select(f => f.NextHop.Length == 0 ? f with { NextHop = hop } : f);
        return new FoundFilters([.. filters.DistinctBy(f => (f.Transport, f.NextHop))], tables.Untold, tables.Unread);
    }

    private async Task<IReadOnlyDictionary<string, string>> ClassesAsync(
        IReadOnlyDictionary<string, string> parameters, CancellationToken ct)
    {
        string[] names =
        [
            .. Words.Of(parameters.GetValueOrDefault(Classes)).Where(n => !n.StartsWith(PostfixNames.Prefix, StringComparison.Ordinal)),
        ];
        return names.Length == 0
            ? new Dictionary<string, string>()
            : await commands.ParametersAsync(directory, names, expand: true, ct);
    }
}
