namespace Cluster.Manager.Features.ControlCa;

/// <summary>The control CA: identities of agents and managers, and signatures that agents act upon.</summary>
internal static class ControlCaFeature
{
    /// <summary>Adds the control CA; open it with <see cref="ControlCaStart"/> before any port listens.</summary>
    public static IServiceCollection AddControlCa(this IServiceCollection services) => services
        .AddSingleton<ControlAuthority>()
        .AddSingleton<ServerIdentity>()
        .AddSingleton<ControlCaStart>();
}
