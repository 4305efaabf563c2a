using System.Diagnostics;
using Cluster.Agent.State;

namespace Cluster.Agent.Programs;

/// <summary>Starts this program again, for a process that gives up its privileges.</summary>
internal static class OwnProgram
{
    /// <summary>How it is started: its standard input and output belong to who starts it.</summary>
    /// <param name="arguments">A hidden verb and its arguments.</param>
    /// <exception cref="InvalidOperationException">The program's own path is unknown.</exception>
    public static ProcessStartInfo Start(params string[] arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The program's own path is unknown.");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "cluster-agent.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>The argument that says whom the process becomes; empty = it stays who it is.</summary>
    /// <param name="user">The unprivileged user of the host's own file; null = none.</param>
    public static string UserArgument(string? user) => Privileges.IsRoot && user is not null ? user : "";
}
