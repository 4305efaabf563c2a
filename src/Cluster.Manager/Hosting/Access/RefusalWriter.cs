using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Writes refusals of authorization as problem documents.</summary>
internal sealed class RefusalWriter(RefusalAudit audit) : IAuthorizationMiddlewareResultHandler
{
    /// <summary>Reason of a refusal that must look as if nothing were there.</summary>
    public const string Hidden = "hidden";

    /// <inheritdoc/>
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded) return next(context);
        if (authorizeResult.Challenged)
        {
            audit.Note(context, StatusCodes.Status401Unauthorized);
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"cluster\"";
            return Problem.WriteAsync(
                context,
                new Failure(
                    FailureCategory.Unauthenticated,
                    ProblemCodes.Unauthenticated,
                    "Send a valid token: Authorization: Bearer cluster_…"));
        }

        var hidden = authorizeResult.AuthorizationFailure?.FailureReasons.Any(r => r.Message == Hidden) == true;
        audit.Note(context, hidden ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden);
        return Problem.WriteAsync(context, hidden
            ? CommonFailures.NotFound("cluster", context.GetRouteValue("c") as string ?? "")
            : new Failure(
                FailureCategory.Forbidden,
                ProblemCodes.Forbidden,
                $"This operation needs the role or permission '{Asked(policy)}', which the token does not have."));
    }

    private static string Asked(AuthorizationPolicy policy) =>
        policy.Requirements.OfType<RoleRequirement>()
            .Select(r => r.ExportKeys ? Policies.ExportKeys : Contracts.Json.EnumNames.Of(r.Role))
            .FirstOrDefault()
            ?? "none";
}
