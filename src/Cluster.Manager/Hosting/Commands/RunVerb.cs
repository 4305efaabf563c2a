using System.CommandLine;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.Startup;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Commands;

/// <summary><c>run</c>: serves until it is told to stop.</summary>
/// <param name="build">Puts the host together; Program.cs knows how.</param>
internal sealed class RunVerb(Func<ManagerOptions, WebApplication> build) : IManagerVerb
{
    private const int LabelWidth = 11;

    /// <inheritdoc/>
    public Command Make(ManagerCommandLine line) =>
        line.Verb("run", "Runs the manager; the first start on an empty database creates the installation.", RunAsync);

    private async Task<int> RunAsync(ManagerOptions options, ParseResult parsed, CancellationToken ct)
    {
        try
        {
            FreeEndpoints.Check(options);
            await using var app = build(options);
            await ManagerStart.PrepareAsync(app.Services, options, ct);
            await app.StartAsync(ct);
            await AnnounceAsync(app.Services.GetServices<IStartupNote>(), options);
            await app.WaitForShutdownAsync(ct);
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is StartRefusedException or IOException or SealedRecordException or DatabaseUnavailableException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failure;
        }
    }

    private static async Task AnnounceAsync(IEnumerable<IStartupNote> notes, ManagerOptions options)
    {
        await WriteAsync("REST", $"https://{options.Rest} (Swagger UI at /swagger, trust {options.PathOf("ca.pem")})");
        await WriteAsync("Agents", $"{options.Agents}, told to agents as {string.Join(", ", options.AdvertisedAddresses)}");
        foreach (var note in notes) await WriteAsync(note.Label, note.Text);
    }

    private static Task WriteAsync(string label, string text) => Console.Out.WriteLineAsync(label.PadRight(LabelWidth) + text);
}
