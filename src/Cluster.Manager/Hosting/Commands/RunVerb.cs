using System.CommandLine;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Commands;

/// <summary><c>run</c>: serves until it is told to stop.</summary>
internal static class RunVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Make(ManagerCommandLine line) => line.Verb("run", "Runs the manager; the first start on an empty database creates the installation.", RunAsync);

    private static async Task<int> RunAsync(ManagerOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            FreeEndpoints.Check(options);
            await using var app = Program.Build(options);
            await FirstStart.PrepareAsync(app.Services, options, cancellation);
            await app.StartAsync(cancellation);
            await AnnounceAsync(app, options);
            await app.WaitForShutdownAsync(cancellation);
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is StartRefusedException or IOException or SealedRecordException or DatabaseUnavailableException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failure;
        }
    }

    private static async Task AnnounceAsync(WebApplication app, ManagerOptions options) => await Console.Out.WriteLineAsync(
        $"""
        REST       https://{options.Rest} (Swagger UI at /swagger, trust {options.PathOf("ca.pem")})
        Agents     {options.Agents}, told to agents as {string.Join(", ", options.AdvertisedAddresses)}
        CA pin     {app.Services.GetRequiredService<ControlAuthority>().Pin}
        Owner      token in {options.PathOf("admin.token")}
        """);
}
