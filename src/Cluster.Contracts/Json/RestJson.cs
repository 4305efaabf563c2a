using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
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
using Cluster.Contracts.Machines;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;

namespace Cluster.Contracts.Json;

/// <summary>
/// Serializer metadata of every REST shape, in requests and answers alike: one way to write instants, numbers and names. Documents of
/// settings have theirs in <see cref="ContractsJson"/>.
/// </summary>
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
[JsonSerializable(typeof(AuditEventShape))]
[JsonSerializable(typeof(Page<AuditEventShape>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
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
[JsonSerializable(typeof(Page<DriftShape>))]
[JsonSerializable(typeof(Page<Finding>))]
[JsonSerializable(typeof(RelocationRequest))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(ProblemShape))]
[JsonSerializable(typeof(Page<JsonElement>))]
public sealed partial class RestJson : JsonSerializerContext;
