using System.CommandLine;

namespace Cluster.Manager.Hosting.Commands;

/// <summary>Parses the command line of <c>cluster-manager</c> and runs one of its verbs.</summary>
internal static class CommandTree
{
    private const string Description = """
        The manager of a Cluster installation: REST for people and automation, gRPC for agents.

        Examples:
          cluster-manager run --data-dir /var/lib/cluster-manager
          cluster-manager run --data-dir /var/lib/cluster-manager --rest 0.0.0.0:8443 --agents 0.0.0.0:8444 --names cluster.example.com --advertise cluster.example.com:8444
          cluster-manager run --data-dir DIR --database "Host=db;Username=cluster;Database=cluster"
          CLUSTER_MANAGER__DATA_DIR=DIR cluster-manager token create --name ci --grant 'mail=operator'
          cluster-manager healthcheck --data-dir DIR

        Every option can stand in the environment (CLUSTER_MANAGER__DATA_DIR for --data-dir) and in the file that --config names ({"dataDir": "DIR"}).
        Exit codes: 0 ok, 1 failure, 2 usage, 3 differences found, 8 unreachable.
        """;

    /// <summary>Runs the verb that the arguments name.</summary>
    /// <returns>The exit code; 2 when the arguments do not fit.</returns>
    public static async Task<int> RunAsync(string[] args, IEnumerable<IManagerVerb> verbs)
    {
        try
        {
            var line = ManagerCommandLine.Load(args);
            var root = new RootCommand(Description);
            foreach (var verb in verbs) root.Add(verb.Make(line));
            var parsed = root.Parse(args);
            var exitCode = await parsed.InvokeAsync();
            return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Usage;
        }
    }
}
