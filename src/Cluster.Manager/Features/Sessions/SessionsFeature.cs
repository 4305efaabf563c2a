using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.Metrics;
using Cluster.Protocol;

namespace Cluster.Manager.Features.Sessions;

/// <summary>The agents' streams.</summary>
internal static class SessionsFeature
{
    /// <summary>Adds the streams and the gRPC server.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = ProtocolLimits.MaxMessageBytes;
            options.EnableDetailedErrors = false;
            // Its catch-all would match any method of any path with two segments, on the REST endpoint too.
            options.IgnoreUnknownServices = true;
        });
        return services
            .AddSingleton(new SessionLimits())
            .AddSingleton<IAgentHandshake, AgentTls>()
            .AddSingleton<IMetricSource, AgentMetrics>()
            .AddSingleton<FleetNews>()
            .AddSingleton<SessionRegistry>()
            .AddSingleton<ManagerLeases>()
            .AddSingleton<MachinePresence>()
            .AddSingleton<ContentCatalog>()
            .AddSingleton<KeyRelease>()
            .AddSingleton<SendingPace>()
            .AddSingleton<ContentRequests>()
            .AddSingleton<MachineRefusals>()
            .AddSingleton<AnnouncementGate>()
            .AddSingleton<ReportStore>()
            .AddSingleton<SessionOpenings>()
            .AddSingleton<ForkWatch>()
            .AddSingleton<BootWatch>()
            .AddSingleton<AgentReader>()
            .AddSingleton<SessionStart>()
            .AddSingleton<SessionWork>()
            .AddSingleton<FleetSync>()
            .AddSingleton<StreamPresence>()
            .AddHostedService(s => s.GetRequiredService<ManagerLeases>())
            .AddHostedService(s => s.GetRequiredService<FleetSync>())
            .AddHostedService(s => s.GetRequiredService<StreamPresence>())
            .AddHostedService(s => s.GetRequiredService<MachineRefusals>())
            .AddHostedService<SessionWriters>();
    }

    /// <summary>Maps the agent protocol; callers are authenticated by their client certificate, never by a token.</summary>
    public static void MapAgentProtocol(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<EnrollmentService>().OnAgentsPort().AllowAnonymous();
        routes.MapGrpcService<SessionService>().OnAgentsPort().AllowAnonymous();
    }
}
