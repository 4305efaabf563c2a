using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Json;
using Cluster.Domain.Settings;

namespace Cluster.Agent.Configuration;

/// <summary>The host's own file (agent.json): decides alone which services, paths, addresses, users and commands exist.</summary>
internal sealed record LocalFile
{
    /// <summary>Unprivileged user of the session process; absent = the user that runs the agent.</summary>
    public string? SessionUser { get; init; }

    /// <summary>The services that the agent may touch.</summary>
    public required IReadOnlyList<LocalService> Services { get; init; }
}

/// <summary>One service on this host.</summary>
internal sealed record LocalService
{
    /// <summary>Its name, as in a manager: lower-case letters, digits, <c>. _ -</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Which driver applies it, one of <see cref="Drivers.DriverCatalog"/>.</summary>
    public required string Driver { get; init; }

    /// <summary>Where clients reach this service; absent = nowhere. Address and port win over a manager's.</summary>
    public IReadOnlyList<LocalEndpoint>? Endpoints { get; init; }

    /// <summary>Every other member of the entry: options of the driver, which reads and checks them itself.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Options { get; set; }

    [JsonIgnore]
    public JsonElement OptionsDocument =>
        JsonSerializer.SerializeToElement(Options ?? [], LocalFileJson.Default.DictionaryStringJsonElement);

    /// <summary>The endpoint that items of that kind and name configure; null = this service does not host it.</summary>
    public LocalEndpoint? FindEndpoint(string kind, string name) => Endpoints?.FirstOrDefault(e => e.Kind == kind && e.Name == name);
}

/// <summary>Where clients reach a service: kind and name are those of the item that configures it.</summary>
internal sealed record LocalEndpoint
{
    /// <summary>Kind of that item, one of <see cref="KindRegistry.Endpoints"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of that item.</summary>
    public required string Name { get; init; }

    /// <summary>IP address; <c>0.0.0.0</c> or <c>::</c> for every address of the host.</summary>
    public required string Address { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }
}

/// <summary>Serializer metadata of the local file, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    MaxDepth = 32,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LocalFile))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class LocalFileJson : JsonSerializerContext;
