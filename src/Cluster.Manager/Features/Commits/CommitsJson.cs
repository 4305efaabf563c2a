using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Rollouts;

namespace Cluster.Manager.Features.Commits;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditedCommit))]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class CommitsJson : JsonSerializerContext;
