using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Cluster.Agent.Drivers;

namespace Cluster.Agent.Apply;

/// <summary>
/// What a file itself tells of who changed it: when it was last written, and who owns it. Neither names the person; they are where an
/// administrator begins to look.
/// </summary>
internal static class FileTrace
{
    private const int WorkingDirectory = -100;
    private const uint OwnerAndModification = 0x8 | 0x40;
    private const int Size = 256;
    private const int MaskAt = 0;
    private const int UserAt = 20;
    private const int SecondsAt = 112;
    private const int NanosecondsAt = 120;
    private const char SettingMark = '#';

    /// <summary>Adds it to a difference whose path names a file that is there.</summary>
    public static ServiceDrift Add(ServiceDrift drift)
    {
        if (!drift.Path.StartsWith('/')) return drift;
        if (Read(drift.Path.Split(SettingMark)[0]) is not { } trace) return drift;
        var sides = drift.Sides ?? new DifferenceSides();
        return drift with { Sides = sides with { FileModifiedAt = trace.ModifiedAt, FileOwner = trace.Owner } };
    }

    private static (DateTimeOffset ModifiedAt, string Owner)? Read(string path)
    {
        // The layout of statx(2) is the same on every architecture; that of stat(2) is not.
        var found = new byte[Size];
        if (statx(WorkingDirectory, Encoding.UTF8.GetBytes(path + '\0'), 0, OwnerAndModification, found) != 0) return null;
        if ((BinaryPrimitives.ReadUInt32LittleEndian(found.AsSpan(MaskAt)) & OwnerAndModification) != OwnerAndModification) return null;
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(found.AsSpan(SecondsAt));
        if (seconds < 0 || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return null;
        var milliseconds = BinaryPrimitives.ReadUInt32LittleEndian(found.AsSpan(NanosecondsAt)) / 1_000_000;
        return (
            DateTimeOffset.FromUnixTimeSeconds(seconds).AddMilliseconds(milliseconds),
            NameOf(BinaryPrimitives.ReadUInt32LittleEndian(found.AsSpan(UserAt)).ToString(CultureInfo.InvariantCulture)));
    }

    private static string NameOf(string user)
    {
        try
        {
            return File.ReadLines("/etc/passwd").Select(l => l.Split(':')).FirstOrDefault(f => f.Length > 2 && f[2] == user)?[0] ?? user;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return user;
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int statx(int directory, byte[] path, int flags, uint mask, byte[] found);
}
