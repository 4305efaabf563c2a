namespace Cluster.Agent.State;

/// <summary>The right to change a state directory; the kernel releases it with the process, so a crash leaves nothing behind.</summary>
internal sealed class StateLock : IDisposable
{
    private readonly FileStream file;

    private StateLock(FileStream file) => this.file = file;

    /// <summary>Takes it; null when another process has it.</summary>
    /// <exception cref="UnauthorizedAccessException">The lock file may not be written: not root.</exception>
    public static StateLock? TryTake(StateDirectory directory)
    {
        try
        {
            return new StateLock(
                new FileStream(directory.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException) when (File.Exists(directory.LockFile))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
