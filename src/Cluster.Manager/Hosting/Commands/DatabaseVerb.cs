using System.CommandLine;
using Cluster.Manager.Hosting.Database;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Commands;

/// <summary>Runs a verb that works on the database and ends.</summary>
internal static class DatabaseVerb
{
    /// <summary>Gives the verb the services of storage; expected failures become a line on standard error and exit code 1.</summary>
    /// <param name="options">Where the database and its key are.</param>
    /// <param name="work">The verb; gives the exit code.</param>
    /// <param name="add">Adds what a feature's verb needs besides storage.</param>
    public static async Task<int> RunAsync(
        ManagerOptions options, Func<IServiceProvider, Task<int>> work, Action<IServiceCollection>? add = null)
    {
        try
        {
            var services = new ServiceCollection();
            services.AddSingleton(options);
            services.AddSingleton(TimeProvider.System);
            services.AddLogging(l => l.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
            services.AddDatabaseTools(options);
            add?.Invoke(services);
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
