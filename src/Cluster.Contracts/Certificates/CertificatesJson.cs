using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;

namespace Cluster.Contracts.Certificates;

/// <summary>Serializer metadata of the REST shapes of certificates.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    MaxDepth = 32,
    Converters = [typeof(InstantConverter)],
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CertificateShape))]
[JsonSerializable(typeof(Page<CertificateShape>))]
[JsonSerializable(typeof(CertificateCreate))]
[JsonSerializable(typeof(CertificateImport))]
[JsonSerializable(typeof(SignedCertificateUpload))]
[JsonSerializable(typeof(CertificateExport))]
[JsonSerializable(typeof(CertificateVersionShape))]
[JsonSerializable(typeof(Page<CertificateVersionShape>))]
[JsonSerializable(typeof(CertificateUsages))]
[JsonSerializable(typeof(ChainShape))]
[JsonSerializable(typeof(SigningRequestOpen))]
[JsonSerializable(typeof(SigningRequestShape))]
[JsonSerializable(typeof(Page<SigningRequestShape>))]
[JsonSerializable(typeof(InspectResult))]
[JsonSerializable(typeof(AuthorityContents))]
[JsonSerializable(typeof(ImportedAuthority))]
public sealed partial class CertificatesJson : JsonSerializerContext;

/// <summary>A chain as it is served.</summary>
/// <param name="Certificates">Leaf first, each PEM.</param>
public sealed record ChainShape(IReadOnlyList<string> Certificates);
