using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Diffs;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Revisions;

namespace Cluster.Manager.Features.Revisions;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RevisionShape))]
[JsonSerializable(typeof(Page<RevisionShape>))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(DiffShape))]
internal sealed partial class RevisionsJson : JsonSerializerContext;
