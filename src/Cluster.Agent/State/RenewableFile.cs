namespace Cluster.Agent.State;

/// <summary>Files of the agent whose content can be had again: whatever took their place must not keep it away.</summary>
internal static class RenewableFile
{
    /// <summary>Lets an empty directory give way that stands where such a file is about to be written.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="IOException">The directory is not empty (what lies in it is not ours), or the file system refuses.</exception>
    public static string MakeRoom(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null) Directory.Delete(path);
        return path;
    }
}
