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

    /// <summary>Which driver applies it: <c>postfix</c> or <c>files</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>Absolute path of the service's configuration directory.</summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>How the software is reloaded; default auto.</summary>
    public ServiceControl? Control { get; init; }

    /// <summary>Where clients reach this service; absent = nowhere. Address and port win over a manager's.</summary>
    public IReadOnlyList<LocalEndpoint>? Endpoints { get; init; }

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

/// <summary>How software is told to reload.</summary>
[JsonConverter(typeof(KebabEnum<ServiceControl>))]
internal enum ServiceControl
{
    /// <summary>Through systemd where it runs the service, else directly.</summary>
    Auto,

    /// <summary>Through systemctl.</summary>
    Systemd,

    /// <summary>By the software's own command.</summary>
    Direct,
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
internal sealed partial class LocalFileJson : JsonSerializerContext;
