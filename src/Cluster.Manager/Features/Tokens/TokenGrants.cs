using Cluster.Contracts.Access;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Reads grants of requests, and decides who may give and see which.</summary>
internal static class TokenGrants
{
    /// <summary>Stands for every cluster.</summary>
    public const string All = "*";

    private const int MostGrants = 100;

    /// <summary>
    /// Turns names into ids and checks that the caller gives no more than its own; a cluster that it may not see counts as
    /// missing.
    /// </summary>
    public static async Task<Outcome<IReadOnlyList<ClusterGrant>>> ResolveAsync(
        ClusterDbContext db, Caller caller, IReadOnlyList<Grant> grants, CancellationToken ct)
    {
        if (grants.Count is 0 or > MostGrants) return CommonFailures.Invalid(
            "/grants", FieldErrorCodes.Count, $"Give 1 to {MostGrants} grants.");
        var names = grants.Select(g => g.Cluster).Where(n => n != All).Distinct().ToList();
        var known =
            await db.Clusters.Where(c => names.Contains(c.Name)).ToDictionaryAsync(c => c.Name, c => c.Id, StringComparer.Ordinal, ct);
        var errors = new List<FieldError>();
        var resolved = new List<ClusterGrant>();
        for (var i = 0; i < grants.Count; i++)
        {
            var (grant, pointer) = (grants[i], $"/grants/{i}");
            var cluster = grant.Cluster == All ? (Guid?)null : known.GetValueOrDefault(grant.Cluster);
            var made = new ClusterGrant(cluster, grant.Role, grant.ExportKeys ?? false);
            if (cluster == Guid.Empty || (cluster is { } id && caller.RoleIn(id) is null))
                errors.Add(
                    new FieldError(
                        $"{pointer}/cluster",
                        FieldErrorCodes.UnknownCluster,
                        $"There is no cluster '{grant.Cluster}', or the token has no grant for it."));
            else if (grant is { Role: Role.Owner, Cluster: not All })
                errors.Add(
                    new FieldError(
                        $"{pointer}/role",
                        FieldErrorCodes.OwnerOfAll,
                        "The role owner is of the installation: give it with the cluster '*', or give admin."));
            else if (!Covers(caller.Grants, made))
                errors.Add(new FieldError(pointer, FieldErrorCodes.ExceedsOwn, "A token gives no more than it has itself."));
            resolved.Add(made);
        }

        return errors.Count > 0 ? CommonFailures.Invalid(errors) : resolved;
    }

    /// <summary>Whether grants include another one.</summary>
    public static bool Covers(IReadOnlyList<ClusterGrant> own, ClusterGrant asked) =>
        Holding(own, asked).Any(g => g.Role >= asked.Role) && (!asked.ExportKeys || Holding(own, asked).Any(g => g.ExportKeys));

    /// <summary>Whether the caller may see and withdraw a token: an admin whose own grants include all of it, or its owner.</summary>
    public static bool MayManage(Caller caller, IReadOnlyList<ClusterGrant> grants) =>
        caller.IsOwner || grants.All(g => HasAdmin(caller, g));

    private static IEnumerable<ClusterGrant> Holding(IReadOnlyList<ClusterGrant> own, ClusterGrant asked) =>
        own.Where(g => g.Cluster is null || g.Cluster == asked.Cluster);

    private static bool HasAdmin(Caller caller, ClusterGrant grant) =>
        Covers(caller.Grants, grant with { Role = grant.Role < Role.Admin ? Role.Admin : grant.Role });
}
