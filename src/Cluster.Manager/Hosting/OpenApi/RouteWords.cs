namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>What the parameters of routes mean.</summary>
internal static class RouteWords
{
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
