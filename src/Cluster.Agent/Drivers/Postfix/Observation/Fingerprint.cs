using System.Security.Cryptography;
using System.Text;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.Observation;

/// <summary>Describes the administrator's own files, without what is ours in them.</summary>
internal static class Fingerprint
{
    /// <summary>Lower-case hex SHA-256.</summary>
    public static string Of(LocalService service, LiveFiles live)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, live.Administrator.ToString());
        Add(hash, live.Master.WithoutOurs().ToString());
        foreach (var endpoint in (service.Endpoints ?? []).OrderBy(e => e.Kind, StringComparer.Ordinal).ThenBy(e => e.Name, StringComparer.Ordinal))
            Add(hash, $"{endpoint.Kind} {endpoint.Name} {endpoint.Address} {endpoint.Port}");
        foreach (var file in new DirectoryInfo(service.ConfigDirectory).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            if (file.Name is not ("main.cf" or "master.cf")) Add(hash, $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text)
    {
        hash.AppendData(LogicalLines.Bytes.GetBytes(text));
        hash.AppendData(Encoding.ASCII.GetBytes("\0"));
    }
}
