using Cluster.Manager.Features.Audit;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Features.ChangeSets;
using Cluster.Manager.Features.Clusters;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Drift;
using Cluster.Manager.Features.Effective;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Findings;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Groups;
using Cluster.Manager.Features.Inspect;
using Cluster.Manager.Features.JoinTokens;
using Cluster.Manager.Features.Machines;
using Cluster.Manager.Features.Revisions;
using Cluster.Manager.Features.Rollouts;
using Cluster.Manager.Features.Sessions;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Features.Tokens;
using Cluster.Manager.Features.Trust;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Commands;
using Cluster.Manager.Hosting.Database;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.Health;
using Cluster.Manager.Hosting.Idempotency;
using Cluster.Manager.Hosting.Limits;
using Cluster.Manager.Hosting.Metrics;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager;

/// <summary>The manager: a table of contents.</summary>
internal static class Program
{
    /// <summary>Runs the command line.</summary>
    public static Task<int> Main(string[] args) => CommandTree.RunAsync(args);

    /// <summary>Builds the host; <paramref name="customise"/> is for tests (a clock, for example).</summary>
    public static WebApplication Build(ManagerOptions options, Action<WebApplicationBuilder>? customise = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddHosting(options);
        builder.Services.AddDatabase(options);
        builder.Services.AddAccess();
        builder.Services.AddIdempotency();
        builder.Services.AddProblems();
        builder.Services.AddRateLimits();
        builder.Services.AddMetricsText();
        builder.Services.AddOpenApiDocument();

        builder.Services.AddFleet();
        builder.Services.AddCommits();
        builder.Services.AddSettings();
        builder.Services.AddCertificates();
        builder.Services.AddChangeSets();
        builder.Services.AddRevisions();
        builder.Services.AddEffective();
        builder.Services.AddFindings();
        builder.Services.AddTrust();
        builder.Services.AddControlCa();
        builder.Services.AddEnrollment();
        builder.Services.AddSessions();
        builder.Services.AddRollouts();
        builder.Services.AddTokens();
        builder.Services.AddClusters();
        builder.Services.AddGroups();
        builder.Services.AddMachines();
        builder.Services.AddJoinTokens();

        customise?.Invoke(builder);
        var app = builder.Build();

        app.UseMetricsText();
        app.UseCorrelation();
        app.UseProblems();
        app.UseOpenApiDocument();
        app.UseRouting();
        app.UseEndpointSeparation();
        app.UseAuthentication();
        app.UseRateLimits();
        app.UseAuthorization();
        app.UseIdempotency();

        app.MapHealth();
        app.MapMetricsText();
        app.MapAgentProtocol();
        var api = app.MapGroup("/api/v1").WithRequestConventions();
        api.MapSettings();
        api.MapCertificates();
        api.MapInspect();
        api.MapTrust();
        api.MapChangeSets();
        api.MapRevisions();
        api.MapRollouts();
        api.MapEffective();
        api.MapFindings();
        api.MapDrift();
        api.MapTokens();
        api.MapAudit();
        api.MapClusters();
        api.MapGroups();
        api.MapMachines();
        api.MapJoinTokens();
        return app;
    }
}
