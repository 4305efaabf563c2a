namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>What the parameters of routes mean.</summary>
internal static class RouteWords
{
    /// <summary>Describes a query parameter that means the same everywhere; null = it does not.</summary>
    public static string? OfSharedQuery(string parameter) => parameter switch
    {
        "pageSize" => "Maximum number of items on the page, 1 to 500. Default: 50.",
        "pageToken" => "nextPageToken of the previous page. Leave it out for the first page.",
        "level" => "The level: cluster (default), group:NAME or machine:NAME. Lists also take * for all levels.",
        _ => null,
    };

    /// <summary>Describes a query parameter that its operation does not describe; null = it describes itself.</summary>
    public static string? OfQuery(string parameter) => parameter switch
    {
        "labelSelector" => "Terms key, !key, key=value or key!=value, separated by commas. All must hold.",
        "state" => "Only machines in this state.",
        "group" => "Only machines of this group.",
        "actor" => "Only events of this actor.",
        "action" => "Only events with this action.",
        "target" => "Only events whose target begins with this text.",
        _ => null,
    };

    /// <summary>Describes a parameter.</summary>
    public static string Of(string parameter) => parameter switch
    {
        "c" => "Name of the cluster.",
        "g" => "Name of the group.",
        "m" => "Name or id of the machine.",
        "n" => "Number of the version or revision.",
        "id" => "Id of the resource.",
        "domain" => "Domain, .subdomains or default.",
        "kind" => "Kind of the item, as in paths.",
        "name" => "Name of the item.",
        _ => parameter,
    };
}
