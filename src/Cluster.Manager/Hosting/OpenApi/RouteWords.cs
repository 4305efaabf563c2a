namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>What the parameters of routes mean.</summary>
internal static class RouteWords
{
    /// <summary>Describes a query parameter that many operations share; null = it describes itself.</summary>
    public static string? OfQuery(string parameter) => parameter switch
    {
        "pageSize" => "Most items of the page, 1 to 500; default 50.",
        "pageToken" => "nextPageToken of the page before; absent = the first page.",
        "labelSelector" => "key, !key, key=value, key!=value, separated by commas; all must hold.",
        "state" => "Only machines in this state.",
        "group" => "Only machines of this group.",
        "actor" => "Only events of this actor.",
        "action" => "Only events with this action.",
        "target" => "Only events whose target begins so.",
        "level" => "cluster (default), group:NAME or machine:NAME; in lists also *.",
        _ => null,
    };

    /// <summary>Describes a parameter.</summary>
    public static string Of(string parameter) => parameter switch
    {
        "c" => "Name of the cluster.",
        "g" => "Name of the group.",
        "m" => "Name or id of the machine.",
        "n" => "Number.",
        "id" => "Id.",
        "domain" => "Domain, .subdomains or default.",
        "kind" => "Kind of the item, as in paths.",
        "name" => "Name of the item.",
        _ => parameter,
    };
}
