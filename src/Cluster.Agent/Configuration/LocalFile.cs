using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

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

    /// <summary>The listeners that this service hosts, by name; their address and port win over a manager's.</summary>
    public IReadOnlyDictionary<string, LocalListener>? Listeners { get; init; }
}

/// <summary>Where a listener is on this host.</summary>
internal sealed record LocalListener
{
    /// <summary>IP address.</summary>
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
