using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.Observation;

/// <summary>Describes the administrator's own files, without what is ours in them.</summary>
internal static class LocalFingerprint
{
    /// <summary>Lower-case hex SHA-256.</summary>
    public static string Of(LocalService service, string configDirectory, LiveFiles live)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add(live.Administrator.ToString(), LogicalLines.Bytes);
        fingerprint.Add(live.Master.WithoutOurs().ToString(), LogicalLines.Bytes);
        foreach (var endpoint in (service.Endpoints ?? [])
            .OrderBy(e => e.Kind, StringComparer.Ordinal)
            .ThenBy(e => e.Name, StringComparer.Ordinal))
            fingerprint.Add($"{endpoint.Kind} {endpoint.Name} {endpoint.Address} {endpoint.Port}");
        return fingerprint.AddFiles(configDirectory, "main.cf", "master.cf").End();
    }
}
