using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Json;
using Cluster.Pki.Containers;

namespace Cluster.Agent.Drivers.Files;

/// <summary>Options of a service with this driver in the host's own file.</summary>
internal sealed record FilesDriverOptions
{
    /// <summary>Absolute path; the files are below <c>cluster/current</c> in it.</summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>
    /// What is written, and how, for service clients and certificates by name; one that no output names is one PEM file for root alone.
    /// Absent = none is named.
    /// </summary>
    public IReadOnlyList<FileOutput>? Outputs { get; init; }

    /// <summary>
    /// Program by its absolute path, and its arguments, run after each change without a shell; absent = nobody is told.
    /// </summary>
    public IReadOnlyList<string>? ReloadCommand { get; init; }

    /// <summary>
    /// Program that looks at the files before they go live; <c>{directory}</c> in an argument is where they are. Absent = none.
    /// </summary>
    public IReadOnlyList<string>? CheckCommand { get; init; }

    /// <summary>Longest time that either program may take, in seconds, 1 to 300; absent = 30.</summary>
    public int? CommandTimeout { get; init; }

    /// <summary>
    /// Whether client certificates of services are written here: where an output names one, and where the service has no endpoints, as
    /// it would get nothing else. The keys of all others stay away from a service that is there for its listeners.
    /// </summary>
    public bool TakesServiceClients(bool hasEndpoints) => !hasEndpoints || (Outputs ?? []).Any(o => o.Client is not null);
}

/// <summary>One form in which a certificate is written with its key.</summary>
internal sealed record FileOutput
{
    /// <summary>Name of the service client; this or <see cref="Certificate"/>.</summary>
    public string? Client { get; init; }

    /// <summary>Name of a certificate that the service gets; this or <see cref="Client"/>.</summary>
    public string? Certificate { get; init; }

    /// <summary>Form; absent = <see cref="OutputFormat.Pem"/>.</summary>
    public OutputFormat? Format { get; init; }

    /// <summary>What the names of the files begin with; absent = the name of the service client or certificate.</summary>
    public string? File { get; init; }

    /// <summary>User that the files with the key belong to; absent = the one that the agent runs as.</summary>
    public string? Owner { get; init; }

    /// <summary>Group of these files; absent = that of the owner.</summary>
    public string? Group { get; init; }

    /// <summary>Mode of these files, octal, nothing for others; absent = 0600, with a group 0640.</summary>
    public string? Mode { get; init; }

    /// <summary>Absolute path of a file whose first line is the password of the PKCS#12.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Algorithms of the PKCS#12; absent = <see cref="OutputProfile.Modern"/>.</summary>
    public OutputProfile? Profile { get; init; }

    [JsonIgnore]
    public OutputFormat Form => Format ?? OutputFormat.Pem;

    [JsonIgnore]
    public Pkcs12Profile Algorithms => Profile == OutputProfile.Legacy ? Pkcs12Profile.Legacy : Pkcs12Profile.Modern;
}

/// <summary>Form of files.</summary>
[JsonConverter(typeof(KebabEnum<OutputFormat>))]
internal enum OutputFormat
{
    /// <summary>One file: key, leaf, intermediates.</summary>
    Pem,

    /// <summary>Two files: the key, and leaf with intermediates.</summary>
    [JsonStringEnumMemberName("pem-split")]
    PemSplit,

    /// <summary>One PKCS#12 with key, leaf and intermediates.</summary>
    [JsonStringEnumMemberName("pkcs12")]
    Pkcs12,
}

/// <summary>Algorithms of a PKCS#12; <see cref="Pkcs12Profile"/>.</summary>
[JsonConverter(typeof(KebabEnum<OutputProfile>))]
internal enum OutputProfile
{
    /// <summary>AES-256 and SHA-256.</summary>
    Modern,

    /// <summary>Triple DES and SHA-1, for old software.</summary>
    Legacy,
}

/// <summary>Serializer metadata of the options, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FilesDriverOptions))]
internal sealed partial class FilesDriverOptionsJson : JsonSerializerContext;
