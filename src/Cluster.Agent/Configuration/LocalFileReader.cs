using System.Net;
using System.Text.Json;
using Cluster.Agent.Drivers;
using Cluster.Agent.State;
using Cluster.Contracts.Json;

namespace Cluster.Agent.Configuration;

/// <summary>Reads and checks the local file; reports everything that is wrong at once.</summary>
internal static class LocalFileReader
{
    private const int LongestName = 63;

    /// <summary>The file, or what is wrong with it.</summary>
    public static (LocalFile? File, IReadOnlyList<string> Problems) Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, [$"{path} cannot be read: {e.Message}"]);
        }

        try
        {
            var read = DocumentReader.Read(bytes, LocalFileJson.Default.LocalFile);
            if (read.Value is null) return (null, [.. read.Errors.Select(e => $"{path}: {e.Pointer}: {e.Detail}")]);
            var problems = Problems(read.Value).Select(p => $"{path}: {p}").ToList();
            return problems.Count == 0 ? (read.Value, []) : (null, problems);
        }
        catch (JsonException e)
        {
            return (null, [$"{path} is not JSON: {e.Message}"]);
        }
    }

    private static IEnumerable<string> Problems(LocalFile file)
    {
        if (file.SessionUser is { } user && Privileges.IsRoot && Privileges.Find(user) is null) yield return $"/sessionUser: there is no user {user} on this host.";
        foreach (var (service, index) in file.Services.Select((s, i) => (s, i)))
        {
            var at = $"/services/{index}";
            if (!IsName(service.Name)) yield return $"{at}/name: lower-case letters, digits, '.', '_', '-', at most {LongestName}, beginning with a letter or digit.";
            if (!DriverCatalog.Names.Contains(service.Driver)) yield return $"{at}/driver: one of {string.Join(", ", DriverCatalog.Names)}.";
            if (!Path.IsPathFullyQualified(service.ConfigDirectory)) yield return $"{at}/configDirectory: an absolute path.";
            foreach (var (name, listener) in service.Listeners ?? new Dictionary<string, LocalListener>())
            {
                if (!IsName(name)) yield return $"{at}/listeners/{name}: not a name of a listener.";
                if (!IPAddress.TryParse(listener.Address, out _)) yield return $"{at}/listeners/{name}/address: an IP address.";
                if (listener.Port is < 1 or > 65535) yield return $"{at}/listeners/{name}/port: 1 to 65535.";
            }
        }

        foreach (var twice in file.Services.GroupBy(s => s.Name).Where(g => g.Count() > 1)) yield return $"/services: the name {twice.Key} stands twice.";
        foreach (var twice in file.Services.SelectMany(s => s.Listeners?.Keys ?? []).GroupBy(l => l).Where(g => g.Count() > 1))
        {
            yield return $"/services: the listener {twice.Key} is hosted twice.";
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');
}
