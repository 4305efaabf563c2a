using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Cluster.Manager.Features.Sessions;

[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class SessionsJson : JsonSerializerContext;
