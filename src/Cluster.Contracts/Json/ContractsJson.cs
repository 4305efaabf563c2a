using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;

namespace Cluster.Contracts.Json;

/// <summary>Serializer metadata of the documents and bundles, generated at build time so that it works in Native AOT.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    MaxDepth = 32,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Listener))]
[JsonSerializable(typeof(MailFlowPolicy))]
[JsonSerializable(typeof(DestinationControl))]
[JsonSerializable(typeof(ManagementInterface))]
[JsonSerializable(typeof(OutboundSettings))]
[JsonSerializable(typeof(TrustSettings))]
[JsonSerializable(typeof(TrustedAuthority))]
[JsonSerializable(typeof(AgentSettings))]
[JsonSerializable(typeof(AlertSettings))]
[JsonSerializable(typeof(CertificateSettings))]
[JsonSerializable(typeof(GroupSettings))]
[JsonSerializable(typeof(LdapSettings))]
[JsonSerializable(typeof(ServiceClient))]
[JsonSerializable(typeof(AddressList))]
[JsonSerializable(typeof(TlsProtocolBlock))]
[JsonSerializable(typeof(TlsProtocolBlocks))]
[JsonSerializable(typeof(Bundle))]
[JsonSerializable(typeof(ServicePart))]
public sealed partial class ContractsJson : JsonSerializerContext
{
    /// <summary>Returns the metadata of a kind's documents.</summary>
    public static JsonTypeInfo<T> Of<T>()
        where T : class, ISettingsDocument => (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!;
}
