using Cluster.Testing.Processes;

namespace Cluster.Testing;

/// <summary>
/// A directory of a test's own, removed at the end; other users of the host may enter it, as Postfix and the agent's session
/// must.
/// </summary>
public sealed class TestDirectory : IDisposable
{
    /// <summary>Makes it.</summary>
    public TestDirectory(string name = "test")
    {
        Path = Directory.CreateTempSubdirectory($"cluster-{name}-").FullName;
        File.SetUnixFileMode(Path, UnixModes.Directory);
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>The path of something in it.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Makes a directory in it.</summary>
    public string Make(string relative)
    {
        var path = this[relative];
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, UnixModes.Directory);
        return path;
    }

    /// <summary>Removes it; set CLUSTER_TEST_KEEP=1 to look at it afterwards.</summary>
    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_TEST_KEEP") == "1")
        {
            return;
        }

        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Left behind: {Path}: {e.Message}");
        }
    }
}

internal static class UnixModes
{
    internal const UnixFileMode Directory = (UnixFileMode)0b111_101_101;
    internal const UnixFileMode Program = (UnixFileMode)0b111_101_101;
    internal const UnixFileMode Readable = (UnixFileMode)0b110_100_100;
    internal const UnixFileMode Private = (UnixFileMode)0b110_000_000;
}
