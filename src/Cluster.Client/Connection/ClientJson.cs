using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Access;
using Cluster.Contracts.Audit;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Clusters;
using Cluster.Contracts.Diffs;
using Cluster.Contracts.Drift;
using Cluster.Contracts.Effective;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Groups;
using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;

namespace Cluster.Client.Connection;

/// <summary>Serializer metadata of everything that the client exchanges. Members that a newer manager adds are ignored.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter)],
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(ProblemShape))]
[JsonSerializable(typeof(TokenShape))]
[JsonSerializable(typeof(TokenCreate))]
[JsonSerializable(typeof(Page<TokenShape>))]
[JsonSerializable(typeof(ClusterShape))]
[JsonSerializable(typeof(ClusterWrite))]
[JsonSerializable(typeof(Page<ClusterShape>))]
[JsonSerializable(typeof(GroupShape))]
[JsonSerializable(typeof(GroupWrite))]
[JsonSerializable(typeof(Page<GroupShape>))]
[JsonSerializable(typeof(JoinTokenShape))]
[JsonSerializable(typeof(JoinTokenCreate))]
[JsonSerializable(typeof(Page<JoinTokenShape>))]
[JsonSerializable(typeof(MachineShape))]
[JsonSerializable(typeof(MachineCreate))]
[JsonSerializable(typeof(MachinePatch))]
[JsonSerializable(typeof(MachineApproval))]
[JsonSerializable(typeof(MachineUnmanage))]
[JsonSerializable(typeof(Page<MachineShape>))]
[JsonSerializable(typeof(Page<AuditEventShape>))]
[JsonSerializable(typeof(CertificateShape))]
[JsonSerializable(typeof(Page<CertificateShape>))]
[JsonSerializable(typeof(CertificateCreate))]
[JsonSerializable(typeof(CertificateImport))]
[JsonSerializable(typeof(SignedCertificateUpload))]
[JsonSerializable(typeof(CertificateExport))]
[JsonSerializable(typeof(CertificateVersionShape))]
[JsonSerializable(typeof(Page<CertificateVersionShape>))]
[JsonSerializable(typeof(CertificateUsages))]
[JsonSerializable(typeof(SigningRequestOpen))]
[JsonSerializable(typeof(SigningRequestShape))]
[JsonSerializable(typeof(Page<SigningRequestShape>))]
[JsonSerializable(typeof(InspectResult))]
[JsonSerializable(typeof(AuthorityContents))]
[JsonSerializable(typeof(ImportedAuthority))]
[JsonSerializable(typeof(ChangeSetShape))]
[JsonSerializable(typeof(Page<ChangeSetShape>))]
[JsonSerializable(typeof(Page<EditShape>))]
[JsonSerializable(typeof(ChangeSetWrite))]
[JsonSerializable(typeof(ResolveRequest))]
[JsonSerializable(typeof(ValidationShape))]
[JsonSerializable(typeof(DiffShape))]
[JsonSerializable(typeof(CommitRequest))]
[JsonSerializable(typeof(RevisionShape))]
[JsonSerializable(typeof(Page<RevisionShape>))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(RolloutShape))]
[JsonSerializable(typeof(Page<RolloutShape>))]
[JsonSerializable(typeof(RolloutCancel))]
[JsonSerializable(typeof(EffectiveShape))]
[JsonSerializable(typeof(Page<Finding>))]
[JsonSerializable(typeof(Page<DriftShape>))]
[JsonSerializable(typeof(Page<JsonElement>))]
[JsonSerializable(typeof(RelocationRequest))]
[JsonSerializable(typeof(CertificateSettings))]
internal sealed partial class ClientJson : JsonSerializerContext
{
    // Settings come with the metadata of their own assembly, so that a new kind needs no line here.
    // Made when it is first asked for: the generated part of this class has static members of its own.
    private static readonly Lazy<JsonSerializerOptions> Tolerant = new(Make);

    /// <summary>Metadata of a type.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Tolerant.Value.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(Default.Options)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(Default, ContractsJson.Default),
        };
        options.MakeReadOnly();
        return options;
    }
}
