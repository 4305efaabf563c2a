using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Rollouts;

namespace Cluster.Manager.Features.Rollouts;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(RolloutShape))]
[JsonSerializable(typeof(Page<RolloutShape>))]
[JsonSerializable(typeof(RolloutCancel))]
internal sealed partial class RolloutsJson : JsonSerializerContext;
