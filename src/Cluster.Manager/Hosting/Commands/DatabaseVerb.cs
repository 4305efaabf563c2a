using System.CommandLine;
using Cluster.Manager.Hosting.Database;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Commands;

/// <summary>Runs a verb that works on the database and ends.</summary>
internal static class DatabaseVerb
{
    /// <summary>Gives the verb the services of storage; expected failures become a line on standard error and exit code 1.</summary>
    public static async Task<int> RunAsync(ManagerOptions options, Func<IServiceProvider, Task<int>> work)
    {
        try
        {
            var services = new ServiceCollection();
            services.AddSingleton(options);
            services.AddSingleton(TimeProvider.System);
            services.AddLogging(l => l.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
            services.AddDatabaseTools(options);
            services.AddSingleton<Features.Tokens.TokenMaking>();
            services.AddSingleton<Features.Enrollment.MachineLife>();
            await using var provider = services.BuildServiceProvider();
            return await work(provider);
        }
        catch (Exception e) when (e is StartRefusedException or IOException or SealedRecordException or DatabaseUnavailableException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failure;
        }
    }
}
