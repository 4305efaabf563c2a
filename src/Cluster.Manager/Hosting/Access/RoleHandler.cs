using Cluster.Contracts.Access;
using Cluster.Storage.Units;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Decides roles. A cluster without a grant does not exist for the caller, so the refusal says 404, not 403.</summary>
internal sealed class RoleHandler(ClusterDatabase database) : AuthorizationHandler<RoleRequirement>
{
    /// <inheritdoc/>
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (context.Resource is not HttpContext http || http.Features.Get<Caller>() is not { } caller) return;
        if (http.GetRouteValue("c") is not string name)
        {
            if (requirement.Role == Role.Owner ? caller.IsOwner : caller.RoleAnywhere >= requirement.Role) context.Succeed(requirement);
            return;
        }

        var cluster = await database.ReadAsync(
            (db, ct) => db.Clusters.Where(c => c.Name == name).Select(c => new ClusterScope(c.Id, c.Name)).SingleOrDefaultAsync(ct),
            http.RequestAborted);
        if (cluster is null && caller.IsOwner && http.GetEndpoint()?.Metadata.GetMetadata<CreatesCluster>() is not null)
        {
            context.Succeed(requirement);
            return;
        }

        var role = cluster is null ? null : caller.RoleIn(cluster.Id);
        if (cluster is null || role is null)
        {
            context.Fail(new AuthorizationFailureReason(this, RefusalWriter.Hidden));
            return;
        }

        http.Features.Set(cluster);
        if (role >= requirement.Role && (!requirement.ExportKeys || caller.MayExportKeys(cluster.Id))) context.Succeed(requirement);
    }
}

/// <summary>Marks the operation that makes the cluster of its route when there is none.</summary>
internal sealed record CreatesCluster;
