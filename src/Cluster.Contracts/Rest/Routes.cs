namespace Cluster.Contracts.Rest;

/// <summary>Paths of the REST API. Names are escaped, so that anything that a user types stays one segment.</summary>
public static class Routes
{
    /// <summary>Every operation is below this path; it changes only with an incompatible version.</summary>
    public const string Api = "/api/v1";

    /// <summary>Whether the process answers; needs no token.</summary>
    public const string Live = "/healthz/live";

    /// <summary>Whether the manager can serve; needs no token.</summary>
    public const string Ready = "/healthz/ready";

    /// <summary>The OpenAPI document; needs no token.</summary>
    public const string OpenApi = "/openapi/v1.json";

    /// <summary>Clusters that the token has a grant in.</summary>
    public const string Clusters = Api + "/clusters";

    /// <summary>Bearer tokens.</summary>
    public const string Tokens = Api + "/tokens";

    /// <summary>Audit events of everything that the token has a grant in.</summary>
    public const string Audit = Api + "/audit";

    /// <summary>Looks into an uploaded file; nothing is stored.</summary>
    public const string Inspect = Api + "/inspect";

    /// <summary>Path of one token.</summary>
    public static string Token(string id) => $"{Tokens}/{Segment(id)}";

    /// <summary>The paths of one cluster.</summary>
    public static ClusterRoutes In(string cluster) => new(cluster);

    internal static string Segment(string name) => Uri.EscapeDataString(name);
}
