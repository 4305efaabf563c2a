using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Diffs;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Revisions;

namespace Cluster.Manager.Features.ChangeSets;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ChangeSetShape))]
[JsonSerializable(typeof(Page<ChangeSetShape>))]
[JsonSerializable(typeof(Page<EditShape>))]
[JsonSerializable(typeof(ChangeSetWrite))]
[JsonSerializable(typeof(ResolveRequest))]
[JsonSerializable(typeof(ValidationShape))]
[JsonSerializable(typeof(DiffShape))]
[JsonSerializable(typeof(CommitRequest))]
internal sealed partial class ChangeSetsJson : JsonSerializerContext;
