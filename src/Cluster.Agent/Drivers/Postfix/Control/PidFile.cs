using System.Globalization;
using System.Text;
using Cluster.Agent.Drivers.Generations;

namespace Cluster.Agent.Drivers.Postfix.Control;

/// <summary>
/// Reads master.pid. The master holds an exclusive lock on it, and every way to open a file by its path in .NET asks for a lock;
/// <see cref="HostFile"/> asks for none.
/// </summary>
internal static class PidFile
{
    private const int Longest = 64;

    /// <summary>The process that the file names, if it lives and is a Postfix master; else 0.</summary>
    public static int LiveMaster(string path)
    {
        var text = Encoding.ASCII.GetString(HostFile.Find(path, Longest) ?? []).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) return 0;
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            var name = status[(status.IndexOf('(', StringComparison.Ordinal) + 1)..status.LastIndexOf(')')];
            var state = status[status.LastIndexOf(')') + 2];
            return name == "master" && state != 'Z' ? pid : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
