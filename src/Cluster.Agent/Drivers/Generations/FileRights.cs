using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Cluster.Contracts.Files;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>Mode and owner of a file.</summary>
/// <param name="Mode">Its permissions.</param>
/// <param name="Owner">User and group.</param>
internal readonly record struct FileRights(UnixFileMode Mode, FileOwner Owner)
{
    private const int CurrentDirectory = -100;
    private const uint BasicStatistics = 0x7ff;

    // struct statx of linux/stat.h, which is the same on every architecture.
    private const int StatisticsLength = 256;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;
    private const int Permissions = 0xfff;
    private const int FileType = 0xf000;
    private const int RegularFile = 0x8000;
    private const int DirectoryType = 0x4000;
    private const int LinkType = 0xa000;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;

    /// <summary>Those of a file for the agent alone: 0600.</summary>
    public static FileRights Own { get; } = new(AtomicFile.Private, new FileOwner(geteuid(), getegid()));

    /// <summary>What a file has now; null when it is gone.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static FileRights? Of(string path) => File.Exists(path) ? Take(Statistics(CurrentDirectory, path, 0)) : null;

    /// <summary>What an open file, directory or link has, whatever stands in its place by now.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static FileRights Of(SafeFileHandle file) => Take(Statistics(file));

    /// <summary>What a directory has; null when it is gone.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static FileRights? OfDirectory(string path) => Directory.Exists(path) ? Take(Statistics(CurrentDirectory, path, 0)) : null;

    /// <summary>What a link has itself; null when it is gone.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static FileRights? OfLink(string path) =>
        new FileInfo(path).LinkTarget is null ? null : Take(Statistics(CurrentDirectory, path, NoFollow));

    /// <summary>Whether root owns it, or the user that the agent runs as.</summary>
    public bool IsOfAgent => Owner.User == 0 || Owner.User == Own.Owner.User;

    /// <summary>Whether its group or everybody may write.</summary>
    public bool IsWrittenByOthers => (Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0;

    /// <summary>Whether an open file is one, and no directory, pipe or device.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static bool IsRegularFile(SafeFileHandle file) => TypeOf(file) == RegularFile;

    /// <summary>Whether what is open is a directory.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static bool IsDirectory(SafeFileHandle file) => TypeOf(file) == DirectoryType;

    /// <summary>Whether what is open is a symbolic link itself.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public static bool IsLink(SafeFileHandle file) => TypeOf(file) == LinkType;

    /// <summary>The same owner with another mode.</summary>
    public FileRights WithMode(UnixFileMode mode) => this with { Mode = mode };

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static FileRights Parse(string text)
    {
        var parts = text.Split(' ', ':');
        return new FileRights(
            (UnixFileMode)Convert.ToInt32(parts[0], 8),
            new FileOwner(uint.Parse(parts[1], CultureInfo.InvariantCulture), uint.Parse(parts[2], CultureInfo.InvariantCulture)));
    }

    /// <summary>For example <c>0640 0:110</c>.</summary>
    public override string ToString() =>
        $"{Convert.ToString((int)Mode, 8).PadLeft(4, '0')} {Owner.User.ToString(CultureInfo.InvariantCulture)}:"
        + Owner.Group.ToString(CultureInfo.InvariantCulture);

    private static int TypeOf(SafeFileHandle file) => BitConverter.ToUInt16(Statistics(file), ModeOffset) & FileType;

    private static FileRights Take(byte[] answer)
    {
        var owner = new FileOwner(BitConverter.ToUInt32(answer, UserOffset), BitConverter.ToUInt32(answer, GroupOffset));
        return new FileRights((UnixFileMode)(BitConverter.ToUInt16(answer, ModeOffset) & Permissions), owner);
    }

    private static byte[] Statistics(SafeFileHandle file) => Statistics((int)file.DangerousGetHandle(), "", EmptyPath);

    private static byte[] Statistics(int directory, string path, int flags)
    {
        var answer = new byte[StatisticsLength];
        if (statx(directory, Encoding.UTF8.GetBytes(path + '\0'), flags, BasicStatistics, answer) != 0)
            throw new IOException($"statx of {path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        return answer;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint getegid();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int directory, byte[] path, int flags, uint mask, byte[] answer);
}
