using Cluster.Contracts.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Bearer tokens, policies by name, deny by default.</summary>
internal static class AccessSetup
{
    /// <summary>Adds authentication and authorization.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddAuthentication(BearerHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null);
        services.AddSingleton<LastUse>();
        services.AddHostedService(s => s.GetRequiredService<LastUse>());
        services.AddSingleton<RefusalAudit>();
        services.AddHostedService(s => s.GetRequiredService<RefusalAudit>());
        services.AddSingleton<IAuthorizationHandler, RoleHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalWriter>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Viewer, p => p.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Viewer)))
            .AddPolicy(Policies.Operator, p => p.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Operator)))
            .AddPolicy(Policies.Admin, p => p.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Admin)))
            .AddPolicy(Policies.Owner, p => p.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Owner)))
            .AddPolicy(
                Policies.ExportKeys,
                p => p.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(Role.Operator, ExportKeys: true)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }
}
