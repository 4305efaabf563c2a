using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Access;
using Cluster.Contracts.Audit;
using Cluster.Contracts.Clusters;
using Cluster.Contracts.Groups;
using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Paging;

namespace Cluster.Contracts.Json;

/// <summary>Serializer metadata of the inventory's REST shapes: clusters, groups, machines, tokens, audit.</summary>
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
public sealed partial class RestJson : JsonSerializerContext;
