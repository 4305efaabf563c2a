using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Sessions.Contents;
using Cluster.Manager.Features.Sessions.Push;
using Cluster.Manager.Features.Sessions.Reports;
using Cluster.Manager.Features.Sessions.Streams;
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
            .AddSingleton<SessionRegistry>()
            .AddSingleton<ManagerLeases>()
            .AddSingleton<IMachinePresence, MachinePresence>()
            .AddSingleton<KeyRelease>()
            .AddSingleton<SendingPace>()
            .AddSingleton<ContentRequests>()
            .AddSingleton<MachineRefusals>()
            .AddSingleton<StatusIntake>()
            .AddSingleton<AnnouncementGate>()
            .AddSingleton<ReportStore>()
            .AddSingleton<SessionOpenings>()
            .AddSingleton<StateForkDetector>()
            .AddSingleton<CloneDetector>()
            .AddSingleton<AgentReader>()
            .AddSingleton<StreamHandshake>()
            .AddSingleton<RemovalOrder>()
            .AddSingleton<WelcomeMessage>()
            .AddSingleton<OpenStreams>()
            .AddSingleton<StreamExchange>()
            .AddSingleton<AssignmentPush>()
            .AddSingleton<StreamPresence>()
            .AddHostedService(s => s.GetRequiredService<ManagerLeases>())
            .AddHostedService(s => s.GetRequiredService<AssignmentPush>())
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
