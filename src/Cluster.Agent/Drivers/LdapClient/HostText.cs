using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Contracts.Files;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>
/// Reads and replaces a file that belongs to somebody else. One in a user's home may be swapped by that user at any time: it is
/// opened without following a link, and replaced by a rename, which follows none.
/// </summary>
internal static class HostText
{
    // Every byte is one character, so that what is not UTF-8 comes back as it was.
    private static readonly Encoding Bytes = Encoding.Latin1;

    /// <summary>The text, one character a byte; null when there is no file.</summary>
    /// <exception cref="IOException">It cannot be read, or is a link that somebody other than root made.</exception>
    public static string? Read(string path) => Target(path) is { } target ? Bytes.GetString(HostFile.ReadUnlinked(target)) : null;

    /// <summary>Replaces the text; mode and owner stay, and a link stays a link.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">What Read gives afterwards; null = the file is removed.</param>
    /// <param name="otherwise">Mode and owner of a file that is not there yet.</param>
    /// <exception cref="IOException">It could not be written; what was there stands.</exception>
    public static void Replace(string path, string? text, FileRights otherwise)
    {
        var target = Target(path) ?? path;
        AtomicFile.Sweep(Path.GetDirectoryName(target)!);
        if (text is null)
        {
            if (File.Exists(target)) AtomicFile.Delete(target);
            return;
        }

        var rights = FileRights.Of(target) ?? otherwise;
        AtomicFile.Write(target, Bytes.GetBytes(text), rights.Mode, rights.Owner);
    }

    /// <summary>The text in the encoding of <see cref="Read"/>.</summary>
    public static string Encode(string text) => Bytes.GetString(Encoding.UTF8.GetBytes(text));

    private static string? Target(string path)
    {
        var link = new FileInfo(path);
        if (link.LinkTarget is null) return link.Exists ? path : null;
        if (FileRights.OfLink(path)?.Owner.User != 0)
            throw new IOException($"{path} is a link that its user can lead elsewhere. Put a file in its place, or let root own the link.");
        return link.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target
            ? target.FullName
            : throw new IOException($"{path} is a link that leads nowhere.");
    }
}
