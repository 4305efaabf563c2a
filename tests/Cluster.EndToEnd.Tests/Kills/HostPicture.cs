using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>
/// The whole state of a host as text: every file of its Postfix instances and the names of those of its agent, and what REST says
/// of its services. Equal on two hosts that did the same: ports, directories, instants and running numbers are left out.
/// </summary>
internal static partial class HostPicture
{
    private static readonly string[] RunningNumbers = ["at", "number", "since", "attempt"];
    private static readonly string[] Shown = [
        "state", "inSync", "hold", "localProblem", "desired", "applied", "attempted", "verified", "services", "drift"
    ];
    private static readonly string[] OfOneGeneration = ["number", "previous", "main", "master"];

    internal static string Of(FleetHost host, JsonNode machine) => string.Join('\n', [
        OfPostfix(host),
        .. Files(host.Agent.StateDirectory).Where(f => f.Mode.Length > 0).Select(f => $"agent: {f.Name} {f.Mode}"),
        host.Services.Aggregate(Status(machine), (text, service) => Plain(service, text)),
    ]);

    /// <summary>Every file of its Postfix instances.</summary>
    internal static string OfPostfix(FleetHost host) => string.Join(
        '\n',
        from service in host.Services
        from file in Files(service.ConfigDirectory)
        from line in Plain(service, Content(file.Path)).Split('\n')
        select $"{service.Name}/{Plain(service, file.Name)} ({file.Mode}): {line}");

    /// <summary>main.cf and master.cf of a service.</summary>
    internal static (string Main, string Master) Live(PostfixInstance service) => (File(service, "main.cf"), File(service, "master.cf"));

    /// <summary>
    /// The main.cf that stands while listeners leave master.cf, as the generation of a service keeps it; null when none leaves.
    /// </summary>
    internal static string? Between(PostfixInstance service) =>
        Directory.GetFiles(service.ConfigDirectory, "main.cf.between", SearchOption.AllDirectories)
            .Select(f => Plain(service, System.IO.File.ReadAllText(f)))
            .SingleOrDefault();

    private static string File(PostfixInstance service, string name) =>
        Plain(service, System.IO.File.ReadAllText(Path.Combine(service.ConfigDirectory, name)));

    // Sockets and locks have no mode here.
    private static IEnumerable<(string Name, string Path, string Mode)> Files(string directory) =>
        from path in Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let name = Path.GetRelativePath(directory, path)
        select (
            name,
            path,
            name is "lock" || name.EndsWith(".sock", StringComparison.Ordinal) ? "" : System.IO.File.GetUnixFileMode(path).ToString());

    private static string Content(string path) => Path.GetExtension(path) switch
    {
        _ when Directory.Exists(path) => "",
        ".json" => Manifest(JsonNode.Parse(System.IO.File.ReadAllText(path))!.AsObject()),
        ".pem" => Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(path))),
        _ => System.IO.File.ReadAllText(path),
    };

    private static string Manifest(JsonObject manifest)
    {
        foreach (var member in OfOneGeneration) manifest.Remove(member);
        return manifest.ToJsonString();
    }

    private static string Status(JsonNode machine)
    {
        var shown = new JsonObject();
        foreach (var name in Shown) shown[name] = WithoutRunningNumbers(machine[name]?.DeepClone());
        return shown.ToJsonString();
    }

    private static JsonNode? WithoutRunningNumbers(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var name in RunningNumbers) members.Remove(name);
            foreach (var (_, member) in members) WithoutRunningNumbers(member);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items) WithoutRunningNumbers(item);
        }

        return node;
    }

    private static string Plain(PostfixInstance service, string text) => service.Ports.Aggregate(
        Generation().Replace(text.Replace(service.Root, "ROOT", StringComparison.Ordinal), "gen/N"),
        (t, port) => Regex.Replace(t, $@"\b{port.Value}\b", port.Key));

    [GeneratedRegex(@"\bgen/\d+")]
    private static partial Regex Generation();
}
