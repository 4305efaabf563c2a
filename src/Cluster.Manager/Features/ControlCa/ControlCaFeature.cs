using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.Startup;

namespace Cluster.Manager.Features.ControlCa;

/// <summary>The control CA: identities of agents and managers, and signatures that agents act upon.</summary>
internal static class ControlCaFeature
{
    /// <summary>Adds the control CA, which a start-up step opens, and the server certificate of both ports.</summary>
    public static IServiceCollection AddControlCa(this IServiceCollection services) => services
        .AddSingleton<ControlAuthority>()
        .AddSingleton<ServerIdentity>()
        .AddSingleton<IServerCertificate>(s => s.GetRequiredService<ServerIdentity>())
        .AddSingleton<ControlCaStart>()
        .AddSingleton<OpenControlCa>()
        .AddSingleton<IStartupStep>(s => s.GetRequiredService<OpenControlCa>())
        .AddSingleton<IStartupNote>(s => s.GetRequiredService<OpenControlCa>());
}
