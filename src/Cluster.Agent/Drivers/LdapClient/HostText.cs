using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.State;
using Cluster.Contracts.Files;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>
/// Reads and replaces a file that belongs to somebody else. One in a user's home may be swapped by that user at any time: it is opened
/// once, in a directory that is opened once, and its content, mode and owner are those of what was opened; it is replaced by a rename.
/// </summary>
internal static class HostText
{
    // What lets a program run as its owner never comes along.
    private const UnixFileMode Plain = (UnixFileMode)0b111_111_111;

    // Every byte is one character, so that what is not UTF-8 comes back as it was.
    private static readonly Encoding Bytes = Encoding.Latin1;

    /// <summary>The text, one character a byte; null when there is no file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="user">Whose it is; null = nobody's that is known.</param>
    /// <exception cref="IOException">It cannot be read, is no regular file or is another user's, or somebody other than root and the user
    /// decides where the path leads.</exception>
    public static string? Read(string path, string? user = null)
    {
        using var place = HostPlace.Find(path, UserOf(user));
        return place is null ? null : Find(place, path)?.Text;
    }

    /// <summary>Changes the text; mode and owner stay, and a link of root's stays a link.</summary>
    /// <param name="path">The file.</param>
    /// <param name="user">Whose it is; null = nobody's that is known.</param>
    /// <param name="change">Gives the new text for the old one, null = no file.</param>
    /// <param name="otherwise">Mode and owner of a file that is not there yet.</param>
    /// <exception cref="IOException">As <see cref="Read"/>, or it could not be written; what was there stands.</exception>
    public static void Change(string path, string? user, Func<string?, string?> change, FileRights otherwise)
    {
        using var place = HostPlace.Find(path, UserOf(user))
            ?? throw new IOException($"{path} cannot be written: its directory is not there.");
        var found = Find(place, path);
        var next = change(found?.Text);
        if (next == found?.Text) return;
        try
        {
            AtomicFile.Sweep(place.Directory);
            if (next is null) AtomicFile.Delete(place.File);
            else Write(place.File, next, found?.Rights ?? otherwise);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = e.Message.Replace(place.Directory, Path.GetDirectoryName(path), StringComparison.Ordinal);
            throw new IOException($"{path} cannot be written: {why}", e);
        }
    }

    /// <summary>The text in the encoding of <see cref="Read"/>.</summary>
    public static string Encode(string text) => Bytes.GetString(Encoding.UTF8.GetBytes(text));

    private static uint? UserOf(string? user) => user is null ? null : Privileges.Find(user)?.User;

    private static void Write(string file, string text, FileRights rights) =>
        AtomicFile.Write(file, Bytes.GetBytes(text), rights.Mode & Plain, rights.Owner);

    private static Found? Find(HostPlace place, string path)
    {
        using var file = Open(place, path);
        if (file is null) return null;
        if (!FileRights.IsRegularFile(file)) throw new IOException($"{path} is no regular file. Put one in its place, or take it away.");
        var rights = FileRights.Of(file);
        if (rights.Owner.User != 0 && place.User is { } user && rights.Owner.User != user)
            throw new IOException(
                $"{path} belongs to neither root nor user {user}, but to user {rights.Owner.User}. Give it to the user who reads it.");
        return new Found(Bytes.GetString(HostFile.Read(file, path)), rights);
    }

    private static SafeFileHandle? Open(HostPlace place, string path)
    {
        try
        {
            return HostFile.OpenUnlinked(place.File);
        }
        catch (IOException e)
        {
            throw new IOException(e.Message.Replace(place.File, path, StringComparison.Ordinal), e);
        }
    }

    private sealed record Found(string Text, FileRights Rights);
}
