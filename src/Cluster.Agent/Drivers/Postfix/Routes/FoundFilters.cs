namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>Where whole messages are sent to, past everything that routes them.</summary>
/// <param name="Filters">The targets, each once.</param>
/// <param name="Proxies">Where smtpd(8) hands what it is given to, in clear text always; without a transport.</param>
/// <param name="Untold">Actions whose target is made of what they match: <c>FILTER smtp:[$1] in TABLE (PARAMETER)</c>.</param>
/// <param name="Unread">Tables and services that could answer such an action, and that nobody can search: <c>TABLE (PARAMETER)</c>.</param>
internal sealed record FoundFilters(
    IReadOnlyList<Route> Filters, IReadOnlyList<Route> Proxies, IReadOnlyList<string> Untold, IReadOnlyList<string> Unread);
