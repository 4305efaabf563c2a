using Cluster.Testing.Processes;

namespace Cluster.Testing.Programs;

/// <summary>Where the build put the programs.</summary>
public static class Builds
{
    /// <summary>The top of the working tree.</summary>
    public static string Top { get; } = FindTop();

    /// <summary>The manager as everybody runs it.</summary>
    public static string Manager => Existing(".artifacts/bin/Cluster.Manager/debug/cluster-manager");

    /// <summary>The manager with failpoints.</summary>
    public static string ManagerWithFailpoints => Existing(".artifacts/failpoints/bin/Cluster.Manager/debug/cluster-manager");

    /// <summary>A copy of the native agent at a place where the unprivileged session may execute it.</summary>
    public static string Agent => NativeCopy.Value;

    /// <summary>A copy of the agent as a plain build makes it, likewise.</summary>
    public static string AgentForDevelopment => DevelopmentCopy.Value;

    /// <summary>A copy of the agent with failpoints, likewise.</summary>
    public static string AgentWithFailpoints => FailpointsCopy.Value;

    private static readonly Lazy<string> NativeCopy = new(() => Copy(".artifacts/publish/Cluster.Agent/release", "cluster-agent"));
    private static readonly Lazy<string> DevelopmentCopy = new(() => Copy(".artifacts/bin/Cluster.Agent/debug", "cluster-agent"));
    private static readonly Lazy<string> FailpointsCopy = new(() => Copy(".artifacts/failpoints/bin/Cluster.Agent/debug", "cluster-agent"));

    private static string Existing(string relative)
    {
        var path = Path.Combine(Top, relative);
        return File.Exists(path) ? path : throw new TestGaveUpException($"{relative} is not built; ./tests/run.sh builds everything.");
    }

    private static string Copy(string relative, string program)
    {
        var source = Path.GetDirectoryName(Existing(Path.Combine(relative, program)))!;
        var directory = new TestDirectory("programs");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Dispose();
        foreach (var file in Directory.EnumerateFiles(source).Where(f => !f.EndsWith(".dbg", StringComparison.Ordinal)))
        {
            var copy = directory[Path.GetFileName(file)];
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, UnixModes.Program);
        }

        return directory[program];
    }

    private static string FindTop()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Cluster.sln")))
            {
                return directory.FullName;
            }
        }

        throw new TestGaveUpException("The tests do not run below the working tree.");
    }
}
