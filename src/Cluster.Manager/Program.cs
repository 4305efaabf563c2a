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
using Cluster.Manager.Features.SenderGroups;
using Cluster.Manager.Features.Sessions;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Features.TlsProtocols;
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

/// <summary>
/// The manager: a table of contents. Hosting knows no feature; each adds its services, start-up steps, figures and operations
/// here.
/// </summary>
internal static class Program
{
    /// <summary>Runs one of the verbs.</summary>
    public static Task<int> Main(string[] args) => CommandTree.RunAsync(args,
    [
        new RunVerb(options => Build(options)),
        new MigrateVerb(),
        new CheckVerb(),
        new TokenVerb(),
        new RotateKekVerb(),
        new EpochVerb(),
        new HealthcheckVerb(),
    ]);

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
        builder.Services.AddTlsProtocols();
        builder.Services.AddCertificates();
        builder.Services.AddChangeSets();
        builder.Services.AddRevisions();
        builder.Services.AddEffective();
        builder.Services.AddFindings();
        builder.Services.AddDrift();
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

        // The order matters. HEAD becomes GET before anything looks at the method. The port that has only /metrics is answered
        // next, and every other answer is counted. Failures are written inside of correlation, so that they carry the trace id.
        // The OpenAPI document needs neither route nor token. Routing knows how large a body may be, and to which port an
        // operation belongs. The pace is held for each token, so after authentication, and before authorization asks the
        // database for the cluster. Only what is allowed may be answered from a kept answer: idempotency is last.
        app.UseHead();
        app.UseMetricsText();
        app.UseCorrelation();
        app.UseProblems();
        app.UseRequestSize();
        app.UseOpenApiDocument();
        app.UseRouting();
        app.UseBodyLimits();
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
        api.MapTlsProtocols();
        api.MapSenderGroups();
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
