using Cluster.Contracts.Files;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>
/// Writes files that Postfix reads. Each of its programs rereads a configuration file every 0.3 s until it is older than a second, since
/// somebody may be in the middle of writing it. These files appear whole, by a rename, and so say that they are old: a reload takes
/// milliseconds instead of two seconds, in which new processes would not answer either.
/// </summary>
internal static class SettledFile
{
    // Postfix compares whole seconds and wants more than one between.
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(3);

    /// <summary>Writes a file durably, replacing what is there.</summary>
    /// <exception cref="IOException">It could not be written; the old one stands.</exception>
    public static void Write(
        string path, ReadOnlySpan<byte> content, UnixFileMode mode = AtomicFile.Private, FileOwner? owner = null) =>
        AtomicFile.Write(path, content, mode, owner, Age);
}
