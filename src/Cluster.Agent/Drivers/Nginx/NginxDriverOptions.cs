using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Json;

namespace Cluster.Agent.Drivers.Nginx;

/// <summary>Options of a service with this driver in the host's own file.</summary>
internal sealed record NginxDriverOptions
{
    // What nginx would take for a variable, a pattern or the end of a word.
    private const string Special = "$*?[]{};\"'\\#";

    /// <summary>
    /// Absolute path of the configuration directory, for example <c>/etc/nginx</c>; the files are below <c>cluster/current</c> in it.
    /// </summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>Absolute path of the main configuration file; absent = <c>nginx.conf</c> in <see cref="ConfigDirectory"/>.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>How nginx is reloaded; absent = <see cref="ServiceControl.Auto"/>.</summary>
    public ServiceControl? Control { get; init; }

    /// <summary>Where nginx begins to read: what the host's own file says, or the default.</summary>
    [JsonIgnore]
    public string MainFile => ConfigFile ?? Path.Combine(ConfigDirectory, "nginx.conf");

    /// <summary>What is wrong with the paths.</summary>
    public IEnumerable<FieldError> Check() =>
        Check("/configDirectory", ConfigDirectory).Concat(ConfigFile is { } file ? Check("/configFile", file) : []);

    private static IEnumerable<FieldError> Check(string pointer, string path)
    {
        if (path.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || Special.Contains(c, StringComparison.Ordinal)))
        {
            var message = $"use a path without spaces and any of {Special}, which nginx reads otherwise.";
            return [new FieldError(pointer, FieldErrorCodes.Path, message)];
        }

        return DriverEntry.AbsolutePath(pointer, path);
    }
}

/// <summary>Serializer metadata of the options, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(NginxDriverOptions))]
internal sealed partial class NginxDriverOptionsJson : JsonSerializerContext;
