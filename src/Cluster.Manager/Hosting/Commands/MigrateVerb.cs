using System.CommandLine;
using Cluster.Manager.Hosting.Database;

namespace Cluster.Manager.Hosting.Commands;

/// <summary><c>migrate</c>: brings the schema up to date without serving, for deployments that do it as a step of its own.</summary>
internal sealed class MigrateVerb : IManagerVerb
{
    /// <inheritdoc/>
    public Command Make(ManagerCommandLine line) =>
        line.Verb(
            "migrate",
            "Brings the schema of the database up to date and ends; run does the same by itself.",
            (options, _, ct) => DatabaseVerb.RunAsync(options, async services =>
            {
                Directory.CreateDirectory(options.DataDirectory);
                await services.GetRequiredService<DatabaseStart>().MigrateAsync(ct);
                await Console.Out.WriteLineAsync("The schema is up to date.");
                return ExitCodes.Ok;
            }));
}
