using Cluster.Testing.Processes;

namespace Cluster.Testing;

/// <summary>A FIFO: who opens it to read waits until somebody writes.</summary>
public static class NamedPipe
{
    /// <summary>Makes one that everybody may read.</summary>
    public static async Task MakeAsync(string path) => (await Command.RunAsync("mkfifo", ["-m", "644", path])).Ok();
}
