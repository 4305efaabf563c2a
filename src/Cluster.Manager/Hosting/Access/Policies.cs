using Microsoft.AspNetCore.Authorization;

namespace Cluster.Manager.Hosting.Access;

/// <summary>
/// Names of the authorization policies; every endpoint has one. With <c>{c}</c> in the route they ask for a grant in that
/// cluster, without it for a grant anywhere.
/// </summary>
internal static class Policies
{
    public const string Viewer = "viewer";

    /// <summary>Changes, commits, rollouts, tests.</summary>
    public const string Operator = "operator";

    /// <summary>Join tokens, machines, tokens of the cluster.</summary>
    public const string Admin = "admin";

    /// <summary>The installation.</summary>
    public const string Owner = "owner";

    /// <summary>Releases private keys; operator in the cluster and the permission.</summary>
    public const string ExportKeys = "export-keys";
}

/// <summary>Asks for a role, in the cluster of the route if there is one.</summary>
internal sealed record RoleRequirement(Contracts.Access.Role Role, bool ExportKeys = false) : IAuthorizationRequirement;
