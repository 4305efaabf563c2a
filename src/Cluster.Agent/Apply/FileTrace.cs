using System.Globalization;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Generations;

namespace Cluster.Agent.Apply;

/// <summary>
/// What a file itself tells of who changed it: when it was last written, and who owns it. Neither names the person; they are where an
/// administrator begins to look.
/// </summary>
internal static class FileTrace
{
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
        try
        {
            if (FileRights.Of(path) is not { } rights) return null;
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return (File.GetLastWriteTimeUtc(target), NameOf(rights.Owner.User.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
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
}
