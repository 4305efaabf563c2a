using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.Startup;

namespace Cluster.Manager.Hosting;

/// <summary>The host itself: endpoints, logging, clock, supervision.</summary>
internal static class HostingSetup
{
    /// <summary>Adds what every feature stands on.</summary>
    public static void AddHosting(this WebApplicationBuilder builder, ManagerOptions options)
    {
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddRouting(o => o.LowercaseUrls = false);
        builder.Services.AddSystemd();
        builder.Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning)
            .AddFilter("Grpc", LogLevel.Warning)
            .AddSimpleConsole(o => o.SingleLine = true);
        builder.ConfigureEndpoints(options);
        builder.Services.AddSingleton<ManagerStart>();
    }
}
