using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Agent.Drivers.Processes;

namespace Cluster.Agent.Drivers.Postfix;

/// <summary>Options of a service with this driver in the host's own file.</summary>
internal sealed record PostfixDriverOptions
{
    /// <summary>Absolute path of the instance's configuration directory, for example <c>/etc/postfix</c>.</summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>How the instance is reloaded; absent = <see cref="ServiceControl.Auto"/>.</summary>
    public ServiceControl? Control { get; init; }

    /// <summary>
    /// Whether the agent asks resolvers and web servers what domains with a destination control publish (DANE, MTA-STS); absent = true.
    /// </summary>
    public bool? ComparePublished { get; init; }
}

/// <summary>Serializer metadata of the options, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PostfixDriverOptions))]
internal sealed partial class PostfixDriverOptionsJson : JsonSerializerContext;
