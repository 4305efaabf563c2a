using System.CommandLine;

namespace Cluster.Manager.Hosting.Commands;

/// <summary><c>run</c>: serves until it is told to stop.</summary>
internal static class RunVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Make(ManagerCommandLine line) => line.Verb("run", "Runs the manager; the first start on an empty database creates the installation.", RunAsync);

    private static async Task<int> RunAsync(ManagerOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        await using var app = Program.Build(options);
        try
        {
            await FirstStart.PrepareAsync(app.Services, options, cancellation);
            await app.StartAsync(cancellation);
        }
        catch (Exception e) when (e is StartRefusedException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failure;
        }

        await app.WaitForShutdownAsync(cancellation);
        return ExitCodes.Ok;
    }
}
