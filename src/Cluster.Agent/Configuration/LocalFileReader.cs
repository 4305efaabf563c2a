using System.Text.Json;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.State;
using Cluster.Contracts.Json;
using Cluster.Domain.Settings;
using Cluster.Pki.Names;

namespace Cluster.Agent.Configuration;

/// <summary>Reads and checks the local file; reports everything that is wrong at once.</summary>
internal static class LocalFileReader
{
    private const int LongestName = 63;
    private const string NameRule = "use at most 63 lower-case letters, digits, '.', '_' and '-', beginning with a letter or digit.";

    /// <summary>The file, or what is wrong with it.</summary>
    public static (LocalFile? File, IReadOnlyList<string> Problems) Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = HostFile.Read(path);
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
        if (file.SessionUser is { } user && Privileges.IsRoot && Privileges.Find(user) is null)
            yield return $"/sessionUser: there is no user {user} on this host.";
        foreach (var (index, service) in file.Services.Index())
        {
            foreach (var problem in ServiceProblems(service)) yield return $"/services/{index}{problem}";
        }

        foreach (var twice in file.Services.GroupBy(s => s.Name).Where(g => g.Count() > 1))
            yield return $"/services: two services have the name {twice.Key}; rename one.";
        foreach (var problem in SharedEndpoints(file.Services)) yield return $"/services: {problem}";
        foreach (var problem in SharedPaths(file.Services)) yield return $"/services: {problem}";
    }

    private static IEnumerable<string> ServiceProblems(LocalService service)
    {
        if (!IsName(service.Name)) yield return $"/name: {NameRule}";
        if (DriverCatalog.Find(service.Driver) is { } driver)
            foreach (var error in driver.CheckOptions(service.OptionsDocument)) yield return $"{error.Pointer}: {error.Detail}";
        else yield return $"/driver: use one of {DriverCatalog.Names}.";
        foreach (var (index, endpoint) in (service.Endpoints ?? []).Index())
        {
            var at = $"/endpoints/{index}";
            if (!KindRegistry.Endpoints.Contains(endpoint.Kind))
                yield return $"{at}/kind: use one of {string.Join(", ", KindRegistry.Endpoints)}.";
            if (!IsName(endpoint.Name)) yield return $"{at}/name: {NameRule}";
            if (!IpAddressText.TryRead(endpoint.Address, out _)) yield return $"{at}/address: use an IP address.";
            if (endpoint.Port is < 1 or > 65535) yield return $"{at}/port: use a port from 1 to 65535.";
        }
    }

    // Within one service several endpoints may share a socket: the software tells them apart by server name.
    private static IEnumerable<string> SharedEndpoints(IReadOnlyList<LocalService> services)
    {
        var all = services.SelectMany(s => (s.Endpoints ?? []).Select(e => (Service: s.Name, Endpoint: e))).ToList();
        foreach (var twice in all.GroupBy(e => (e.Endpoint.Kind, e.Endpoint.Name)).Where(g => g.Count() > 1))
            yield return $"the endpoint {twice.Key.Kind}/{twice.Key.Name} is listed twice; only one service can host it.";
        foreach (var shared in all.GroupBy(e => (e.Endpoint.Address, e.Endpoint.Port))
            .Where(g => g.Select(e => e.Service).Distinct().Count() > 1))
        {
            var hosts = string.Join(" and ", shared.Select(e => e.Service).Distinct());
            yield return $"{hosts} list {shared.Key.Address} port {shared.Key.Port} both; only one service can listen there.";
        }
    }

    private static IEnumerable<string> SharedPaths(IReadOnlyList<LocalService> services) =>
        from service in services
        from path in OwnPaths(service).Select(Resolved).Distinct(StringComparer.Ordinal)
        group service.Name by path into managers
        where managers.Count() > 1
        select $"{string.Join(" and ", managers)} both manage {managers.Key}, and would undo each other's changes; give one of them "
            + "another place.";

    private static IEnumerable<string> OwnPaths(LocalService service) =>
        DriverCatalog.Find(service.Driver)?.OwnPaths(service.OptionsDocument).Where(Path.IsPathFullyQualified) ?? [];

    private static string Resolved(string path)
    {
        try
        {
            return TrustedPath.Resolve(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is told when the service is to be applied.
            return path;
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');
}
